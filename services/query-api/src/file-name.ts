import { create } from 'content-disposition';

/** Path separators and control characters, and what turns the direction of text so that an ending looks like another. */
const UNSAFE = /[/\\\p{Cc}\p{Bidi_Control}]/gu;

/** For clients that know no `filename*`: letters without their accents, the rest as underscores. */
const plain = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[^\x20-\x7e]/gu, '_');

/** The `Content-Disposition` of a download under its original name (RFC 6266): `filename*` for Unicode beside `filename`. */
export function attachment(originalName: string): string {
  const name = originalName.toWellFormed().replace(UNSAFE, '_');
  return create(name, { fallback: plain(name) });
}

import { create } from 'content-disposition';

/** Path separators and control characters, and what turns the direction of text so that an ending looks like another. */
const UNSAFE = /[/\\\p{Cc}\p{Bidi_Control}]/gu;

/** The `Content-Disposition` of a download under its original name (RFC 6266, with `filename*` for Unicode). */
export const attachment = (originalName: string): string =>
  create(originalName.toWellFormed().replace(UNSAFE, '_'));

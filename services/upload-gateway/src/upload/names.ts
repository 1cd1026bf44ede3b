const MAX_NAME_BYTES = 255;
const MAX_EXTENSION_BYTES = 20;

/** Controls, line and paragraph separators, byte order marks, and what turns the direction of text (UAX #9). */
const HARMFUL = /[\p{Cc}\u2028\u2029\ufeff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text as it can be shown anywhere: well-formed, in NFC, without harmful characters or space around it. */
export const plainText = (text: string): string =>
  text.toWellFormed().replace(HARMFUL, '').normalize('NFC').trim();

/** The longest start of a text that fits, in UTF-8 bytes, without a character cut in two. */
function fit(text: string, maxBytes: number): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept;
}

/**
 * A client's file name as it may be kept and shown: the last part of its path, plain text of 1 to 255 UTF-8 bytes, the
 * extension kept if it is cut; `file` if nothing is left.
 */
export function safeFileName(given: string): string {
  const name = plainText(given.split(/[/\\]/).at(-1) ?? '');
  if (/^[. ]*$/.test(name)) return 'file';
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot) : '';
  const kept = Buffer.byteLength(extension) <= MAX_EXTENSION_BYTES ? extension : '';
  const stem = kept ? name.slice(0, dot) : name;
  return `${fit(stem, MAX_NAME_BYTES - Buffer.byteLength(kept)).trimEnd()}${kept}`;
}

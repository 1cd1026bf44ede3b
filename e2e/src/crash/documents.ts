import { PIXEL } from '../support/script.ts';

/** A document that says these words, padded to some size. */
export const documentOf = (words: string, padding = 0): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.concat([PIXEL, Buffer.from(`${words}\n`), Buffer.alloc(padding, 'x')]));

/** The words of a document. */
export function wordsOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(PIXEL.length)).toString();
  return text.slice(0, text.indexOf('\n'));
}

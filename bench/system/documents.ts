/** A picture of one pixel, PNG. What follows its end is ignored by every reader. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
);

/** A PNG of so many bytes. */
export function paddedPng(bytes: number): Uint8Array<ArrayBuffer> {
  const png = new Uint8Array(bytes);
  png.set(PIXEL);
  return png;
}

import { onePixelPng } from '@inkstream/testing';

/** A PNG of so many bytes: what follows its end is ignored by every reader. */
export function paddedPng(bytes: number): Uint8Array<ArrayBuffer> {
  const png = new Uint8Array(bytes);
  png.set(onePixelPng().bytes);
  return png;
}

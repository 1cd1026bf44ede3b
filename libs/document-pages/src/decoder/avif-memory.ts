import type { Metadata } from 'sharp';
import { DocumentError } from '../document-error.ts';
import type { DocumentLimits } from '../limits.ts';
import type { Channels } from '../page-image.ts';

/** What libaom and libvips take of memory for a pixel of a page in grey and in colour; AVIF is decoded whole. */
const BYTES_A_PIXEL: Readonly<Record<Channels, number>> = { 1: 20, 3: 23 };
/** So many times that of pictures with more than 8 bits. */
const DEEP = 1.4;
/** What the process has without a picture, MiB. */
const EMPTY_MB = 60;

/** @throws DocumentError `document_too_large`, before it is decoded, if an AVIF picture takes more memory than there is. */
export function checkAvifMemory(
  { format, width, height, bitsPerSample = 8 }: Metadata,
  { memoryMb }: DocumentLimits,
  channels: Channels,
): void {
  if (format !== 'heif') return;
  const each = BYTES_A_PIXEL[channels] * (bitsPerSample > 8 ? DEEP : 1);
  const most = Math.floor(((memoryMb - EMPTY_MB) * 2 ** 20) / each);
  if (width * height <= most) return;
  const message = `An AVIF picture of ${width} x ${height} pixels takes too much memory; ${Math.floor(most / 1e5) / 10} million pixels fit: send it as JPEG`;
  throw new DocumentError('document_too_large', message);
}

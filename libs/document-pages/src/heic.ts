/// <reference path="./heic-decode.d.ts" />
import sharp from 'sharp';
import { DocumentError, decoding } from './document-error.ts';
import { toGreyPage } from './grey.ts';
import { checkPixels, type DocumentLimits } from './limits.ts';
import type { PageSource } from './page-image.ts';

/** Opens a HEIC photo with libheif in WebAssembly, as libvips' own has no HEVC decoder. Its main picture is the page. */
export async function openHeic(bytes: Uint8Array, limits: DocumentLimits): Promise<PageSource> {
  // Loaded on demand: it compiles 1 MB of WebAssembly that few documents need.
  const { default: heic } = await import('heic-decode');
  const images = await decoding('HEIC image', () => heic.all({ buffer: bytes }));
  const [image] = images;
  if (image === undefined) throw new DocumentError('corrupt_document', 'The HEIC image holds no picture');
  try {
    checkPixels(image.width, image.height, limits);
  } catch (error) {
    images.dispose();
    throw error;
  }
  return {
    pageCount: 1,
    page: () =>
      decoding('HEIC image', async () => {
        const { data, width, height } = await image.decode();
        return toGreyPage(sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: false }));
      }),
    close: () => images.dispose(),
  };
}

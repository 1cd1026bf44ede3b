import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import createModule from '@jsquash/jxl/codec/dec/jxl_dec.js';
import { imageSize } from 'image-size';
import sharp, { type Sharp } from 'sharp';
import { DocumentError } from '../document-error.ts';
import { checkPixels } from '../limits.ts';
import { groundOf } from './ground.ts';
import type { OpenSource } from './page-source.ts';
import { GROUND_PIXELS, toFit, toPage } from './to-page.ts';
import { wasmBytesOf } from './wasm-memory.ts';

const require = createRequire(import.meta.url);

/** What libjxl takes of memory for each pixel. */
const BYTES_A_PIXEL = 34;

/** Loads libjxl in WebAssembly. It decodes a picture whole, upright and in sRGB: of an animation the first frame. */
export async function loadJxlDecoder(): Promise<OpenSource> {
  const wasmBinary = readFileSync(require.resolve('@jsquash/jxl/codec/dec/jxl_dec.wasm'));
  const libjxl = await createModule({ wasmBinary });
  return async (bytes, limits, channels) => {
    const { width, height } = sizeOf(bytes);
    checkPixels(width, height, limits);
    const most = Math.floor(wasmBytesOf(limits.memoryMb) / BYTES_A_PIXEL);
    if (width * height > most) {
      const message = `A JPEG XL picture of ${width} x ${height} pixels takes too much memory; ${Math.floor(most / 1e5) / 10} million pixels fit: send it as JPEG`;
      throw new DocumentError('document_too_large', message);
    }
    return {
      pageCount: 1,
      async page() {
        const picture = libjxl.decode(bytes);
        if (!picture) throw new Error('libjxl cannot decode it');
        const raw = { width: picture.width, height: picture.height, channels: 4 } as const;
        const image = (): Sharp => sharp(picture.data, { raw, limitInputPixels: false });
        const ground = await groundOf(toFit(image(), raw, { maxPagePixels: GROUND_PIXELS }));
        return toPage(toFit(image(), raw, limits), channels, ground);
      },
    };
  };
}

/** Pixels. @throws Error if the header does not say so. */
function sizeOf(bytes: Uint8Array): { readonly width: number; readonly height: number } {
  try {
    return imageSize(bytes);
  } catch (cause) {
    throw new Error('The picture has no size', { cause });
  }
}

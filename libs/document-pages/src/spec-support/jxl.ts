import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Raster } from '@inkstream/testing';
import createModule from '@jsquash/jxl/codec/enc/jxl_enc.js';
import { defaultOptions } from '@jsquash/jxl/meta.js';

const require = createRequire(import.meta.url);

/** The picture as JPEG XL. */
export async function jxlFile({ data, width, height }: Raster): Promise<Uint8Array> {
  const wasmBinary = readFileSync(require.resolve('@jsquash/jxl/codec/enc/jxl_enc.wasm'));
  const libjxl = await createModule({ wasmBinary });
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let at = 0; at < width * height; at++) rgba.fill(data[at] ?? 0, 4 * at, 4 * at + 3);
  const file = libjxl.encode(rgba, width, height, { ...defaultOptions, effort: 1, quality: 90 });
  if (!file) throw new Error('libjxl cannot encode it');
  return Uint8Array.from(file);
}

/** The beginning of a bare codestream that claims the size (ISO/IEC 18181-1, SizeHeader): bits from the lowest on. */
export function jxlHeader(width: number, height: number): Buffer {
  const side = (pixels: number) => [...bits(2, 2), ...bits(pixels - 1, 18)];
  const all = [...bits(0, 1), ...side(height), ...bits(0, 3), ...side(width)];
  const bytes = Buffer.alloc(64);
  bytes.set([0xff, 0x0a]);
  for (const [at, bit] of all.entries()) {
    const byte = 2 + Math.floor(at / 8);
    bytes[byte] = (bytes[byte] ?? 0) | (bit << (at % 8));
  }
  return bytes;
}

const bits = (value: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => Math.floor(value / 2 ** at) % 2);

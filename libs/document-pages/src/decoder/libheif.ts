import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { MainModule } from 'libheif-js/libheif-wasm/libheif.js';

const require = createRequire(import.meta.url);

/** A picture as the file codes it, before the transformations that the file asks for. */
export interface CodedPicture {
  /** RGB or RGBA, row by row, without padding. */
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

/** An item property that transforms the picture (ISO/IEC 23008-12: clap, imir, irot). */
export type Transformation =
  | { readonly type: 'crop'; readonly property: number }
  | { readonly type: 'mirror'; readonly upsideDown: boolean }
  | { readonly type: 'turn'; readonly clockwise: number };

/** Pixels that are cut off at each side. */
export type Borders = readonly [left: number, top: number, right: number, bottom: number];

// Of libheif's heif_error.h, heif_image.h and heif_decoding.h.
const memoryAllocationError = 6;
/** A picture beyond libheif's limits, or larger than its header says. */
const securityLimitExceeded = 1000;
const colorspaceRgb = 1;
const interleaved = { 3: 10, 4: 11 } as const;
const channelInterleaved = 10;
/** Offset in `heif_decoding_options`. */
const ignoreTransformations = 1;
const mirrorVertical = 0;
const errorBytes = 12;

/** A file may have one transformation of each kind. */
const maxTransformations = 8;
const propertyTypes = new Map(
  (['clap', 'imir', 'irot'] as const).map((type) => [Buffer.from(type).readUInt32BE(), type] as const),
);

/**
 * The main picture of a file, by libheif's C interface in WebAssembly. The JavaScript around it takes sizes from the
 * file's header, and lets libheif crop to what the file claims, which reads beyond the picture. Nothing is freed, as
 * the process ends with its document.
 */
export class Libheif {
  readonly #lib: MainModule;
  /** Memory of libheif's for what a call returns: an error, then words. */
  readonly #scratch: number;
  #context = 0;
  #handle = 0;

  constructor() {
    // It is CommonJS without saying so in its types.
    const create: (options: {
      wasmBinary: Uint8Array;
    }) => MainModule = require('libheif-js/libheif-wasm/libheif.js');
    this.#lib = create({ wasmBinary: readFileSync(require.resolve('libheif-js/libheif-wasm/libheif.wasm')) });
    this.#scratch = this.#lib._malloc(64);
  }

  /** @throws Error if the file has no main picture. */
  open(bytes: Uint8Array): void {
    const lib = this.#lib;
    this.#context = lib._heif_context_alloc();
    const memory = lib._malloc(bytes.length);
    if (memory === 0) throw new Error('libheif is out of memory');
    lib.HEAPU8.set(bytes, memory);
    this.#call((error) => lib._heif_context_read_from_memory(error, this.#context, memory, bytes.length, 0));
    const get = lib._heif_context_get_primary_image_handle;
    [this.#handle] = this.#call((error, out) => get(error, this.#context, out));
  }

  /** The size that the file's header says the coded picture has, pixels. */
  get claimedSize(): readonly [width: number, height: number] {
    const lib = this.#lib;
    return [
      lib._heif_image_handle_get_ispe_width(this.#handle),
      lib._heif_image_handle_get_ispe_height(this.#handle),
    ];
  }

  /** Decodes the coded picture. What is returned is a view of libheif's memory. */
  decode(): CodedPicture {
    const lib = this.#lib;
    const channels = lib._heif_image_handle_has_alpha_channel(this.#handle) ? 4 : 3;
    const options = lib._heif_decoding_options_alloc();
    lib.HEAPU8[options + ignoreTransformations] = 1;
    const chroma = interleaved[channels];
    const [image] = this.#call((error, out) =>
      lib._heif_decode_image(error, this.#handle, out, colorspaceRgb, chroma, options),
    );
    const width = lib._heif_image_get_width(image, channelInterleaved);
    const height = lib._heif_image_get_height(image, channelInterleaved);
    let plane = 0;
    const [stride] = this.#call((_, out) => {
      plane = lib._heif_image_get_plane_readonly2(image, channelInterleaved, out);
    });
    const row = width * channels;
    const end = plane + stride * height;
    if (!(plane > 0 && row > 0 && height > 0 && stride >= row && end <= lib.HEAPU8.length)) {
      throw new Error('libheif returned no picture');
    }
    const data: Uint8Array = lib.HEAPU8.subarray(plane, end);
    if (stride > row) for (let y = 1; y < height; y++) data.copyWithin(y * row, y * stride, y * stride + row);
    return { data: data.subarray(0, row * height), width, height, channels };
  }

  /** What the file asks to be done with the coded picture, in this order. */
  transformations(): Transformation[] {
    const lib = this.#lib;
    const item = lib._heif_image_handle_get_item_id(this.#handle);
    let count = 0;
    const list = lib._malloc(4 * maxTransformations);
    count = lib._heif_item_get_transformation_properties(this.#context, item, list, maxTransformations);
    const properties: number[] = [...lib.HEAPU32.subarray(list >> 2, (list >> 2) + count)];
    return properties.map((property): Transformation => {
      const of = [this.#context, item, property] as const;
      switch (propertyTypes.get(lib._heif_item_get_property_type(...of))) {
        case 'clap':
          return { type: 'crop', property };
        case 'imir':
          return {
            type: 'mirror',
            upsideDown: lib._heif_item_get_property_transform_mirror(...of) === mirrorVertical,
          };
        case 'irot':
          return {
            type: 'turn',
            clockwise: 360 - lib._heif_item_get_property_transform_rotation_ccw(...of),
          };
        default:
          throw new Error('The file asks for an unknown transformation');
      }
    });
  }

  /** What a crop cuts off a picture of the size. Any number may come back. */
  cropBorders(property: number, width: number, height: number): Borders {
    const item = this.#lib._heif_image_handle_get_item_id(this.#handle);
    const get = this.#lib._heif_item_get_property_transform_crop_borders;
    return this.#call((_, out) =>
      get(this.#context, item, property, width, height, out, out + 4, out + 8, out + 12),
    );
  }

  /** The first four words that a call leaves behind its error. */
  #call(run: (error: number, out: number) => void): [number, number, number, number] {
    const error = this.#scratch;
    const out = error + errorBytes;
    this.#lib.HEAPU8.fill(0, error, error + 64);
    run(error, out);
    const memory = new DataView(this.#lib.HEAPU8.buffer);
    const code = memory.getInt32(error, true);
    const subcode = memory.getInt32(error + 4, true);
    if (code === memoryAllocationError && subcode !== securityLimitExceeded) {
      throw new Error('libheif is out of memory');
    }
    if (code !== 0) throw new Error(`libheif failed with code ${code}`);
    const word = (index: number) => memory.getInt32(out + 4 * index, true);
    return [word(0), word(1), word(2), word(3)];
  }
}

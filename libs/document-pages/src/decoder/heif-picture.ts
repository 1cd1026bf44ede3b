import type { MainModule } from 'libheif-js/libheif-wasm/libheif.js';
import type { Call } from './libheif.ts';

/** A picture, or a tile of one, as the file codes it, before the transformations that the file asks for. */
export interface CodedPicture {
  /** RGB or RGBA, row by row, without padding: a view of libheif's memory. */
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

/** The tiles of one size that a picture is put together from; the last ones may lie partly beyond it. */
export interface Tiling {
  readonly columns: number;
  readonly rows: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** An item property that transforms the picture (ISO/IEC 23008-12: clap, imir, irot). */
export type Transformation =
  | { readonly type: 'crop'; readonly property: number }
  | { readonly type: 'mirror'; readonly upsideDown: boolean }
  | { readonly type: 'turn'; readonly clockwise: number };

/** Pixels that are cut off at each side. */
export type Borders = readonly [left: number, top: number, right: number, bottom: number];

// Of libheif's heif_image.h and heif_decoding.h.
const colorspaceRgb = 1;
const interleaved = { 3: 10, 4: 11 } as const;
const channelInterleaved = 10;
/** Offset in `heif_decoding_options`. */
const ignoreTransformations = 1;
const mirrorVertical = 0;

/** A file may have one transformation of each kind. */
const maxTransformations = 8;
const propertyTypes = new Map(
  (['clap', 'imir', 'irot'] as const).map((type) => [Buffer.from(type).readUInt32BE(), type] as const),
);

/** A picture of an open file. */
export class HeifPicture {
  readonly #lib: MainModule;
  readonly #call: Call;
  readonly #context: number;
  readonly #handle: number;

  constructor(lib: MainModule, call: Call, context: number, handle: number) {
    this.#lib = lib;
    this.#call = call;
    this.#context = context;
    this.#handle = handle;
  }

  /** The size that the file's header says the coded picture has, pixels. */
  get claimedSize(): readonly [width: number, height: number] {
    const lib = this.#lib;
    return [
      lib._heif_image_handle_get_ispe_width(this.#handle),
      lib._heif_image_handle_get_ispe_height(this.#handle),
    ];
  }

  get hasAlpha(): boolean {
    return this.#lib._heif_image_handle_has_alpha_channel(this.#handle) !== 0;
  }

  /** Undefined if it is coded in one piece. */
  get tiling(): Tiling | undefined {
    const get = this.#lib._heif_image_handle_get_image_tiling;
    const [, columns = 1, rows = 1, width = 0, height = 0] = this.#call((error, out) =>
      get(error, this.#handle, 0, out),
    );
    return columns * rows > 1 ? { columns, rows, width, height } : undefined;
  }

  /** Decodes the coded picture, and releases it once it is used. */
  decode<T>(use: (picture: CodedPicture) => Promise<T>): Promise<T> {
    const channels = this.hasAlpha ? 4 : 3;
    const decode = this.#lib._heif_decode_image;
    return this.#using(channels, use, (error, out, options) =>
      decode(error, this.#handle, out, colorspaceRgb, interleaved[channels], options),
    );
  }

  /** The same of a tile, without what is transparent. */
  decodeTile<T>(column: number, row: number, use: (tile: CodedPicture) => Promise<T>): Promise<T> {
    const decode = this.#lib._heif_image_handle_decode_image_tile;
    return this.#using(3, use, (error, out, options) =>
      decode(error, this.#handle, out, colorspaceRgb, interleaved[3], options, column, row),
    );
  }

  async #using<T>(
    channels: 3 | 4,
    use: (picture: CodedPicture) => Promise<T>,
    decode: (error: number, out: number, options: number) => void,
  ): Promise<T> {
    const lib = this.#lib;
    const options = lib._heif_decoding_options_alloc();
    lib.HEAPU8[options + ignoreTransformations] = 1;
    const [image = 0] = this.#call((error, out) => decode(error, out, options));
    try {
      return await use(this.#pixelsOf(image, channels));
    } finally {
      lib._heif_image_release(image);
      lib._heif_decoding_options_free(options);
    }
  }

  #pixelsOf(image: number, channels: 3 | 4): CodedPicture {
    const lib = this.#lib;
    const width = lib._heif_image_get_width(image, channelInterleaved);
    const height = lib._heif_image_get_height(image, channelInterleaved);
    let plane = 0;
    const [stride = 0] = this.#call((_, out) => {
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
    const list = lib._malloc(4 * maxTransformations);
    const count = lib._heif_item_get_transformation_properties(this.#context, item, list, maxTransformations);
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
    const [left = 0, top = 0, right = 0, bottom = 0] = this.#call((_, out) =>
      get(this.#context, item, property, width, height, out, out + 4, out + 8, out + 12),
    );
    return [left, top, right, bottom];
  }
}

import sharp from 'sharp';
import { DocumentError } from '../document-error.ts';
import { type DocumentLimits, shrinkOf } from '../limits.ts';
import type { Channels, PageImage } from '../page-image.ts';
import type { CodedPicture, HeifPicture, Tiling } from './heif-picture.ts';
import { toPage } from './to-page.ts';
import { wasmMemoryIsExhausted } from './wasm-memory.ts';

const WHITE = 255;
/** Of a picture of which less is there, nothing can be said. */
const MOST_MISSING = 0.9;

/** How a picture is put together from its tiles, each made smaller by itself, so that none is held beside another. */
interface Layout {
  /** Pixels of the page. */
  readonly width: number;
  readonly height: number;
  /** Of a tile on it. */
  readonly tileWidth: number;
  readonly tileHeight: number;
}

/** A tile becomes whole pixels, so that its edges are those of pixels and no seam is seen. */
function layoutOf(
  [width, height]: readonly [number, number],
  tiling: Tiling,
  limits: DocumentLimits,
): Layout {
  const shrink = shrinkOf(width, height, limits);
  const tileWidth = Math.floor(tiling.width * shrink);
  const tileHeight = Math.floor(tiling.height * shrink);
  if (tileWidth < 1 || tileHeight < 1) {
    throw new DocumentError(
      'corrupt_document',
      'The HEIC image has tiles that are too small; send it as JPEG',
    );
  }
  return {
    width: Math.max(1, Math.floor((width * tileWidth) / tiling.width)),
    height: Math.max(1, Math.floor((height * tileHeight) / tiling.height)),
    tileWidth,
    tileHeight,
  };
}

/** A tile as it is on the page. @throws Error if it is of another size than the file says. */
function reduced(
  { data, ...raw }: CodedPicture,
  tiling: Tiling,
  { tileWidth, tileHeight }: Layout,
  channels: Channels,
): Promise<PageImage<Channels>> {
  if (raw.width !== tiling.width || raw.height !== tiling.height) {
    throw new Error(`A tile has ${raw.width} x ${raw.height} pixels`);
  }
  const tile = sharp(data, { raw, limitInputPixels: false });
  const isWhole = tileWidth === raw.width && tileHeight === raw.height;
  return toPage(isWhole ? tile : tile.resize(tileWidth, tileHeight, { fit: 'fill' }), channels);
}

/**
 * Decodes a tiled picture, as phones save theirs, tile by tile: its memory is that of the page. Tiles that cannot be
 * decoded are white, and the page is damaged then.
 *
 * @throws Error if hardly any tile can be decoded.
 */
export async function decodeTiles(
  picture: HeifPicture,
  tiling: Tiling,
  limits: DocumentLimits,
  channels: Channels,
): Promise<PageImage<Channels>> {
  const layout = layoutOf(picture.claimedSize, tiling, limits);
  const { width, height, tileWidth, tileHeight } = layout;
  const data = new Uint8Array(width * height * channels).fill(WHITE);
  let missing = 0;
  for (let row = 0; row < tiling.rows; row++)
    for (let column = 0; column < tiling.columns; column++) {
      const [left, top] = [column * tileWidth, row * tileHeight];
      const [visible, lines] = [Math.min(tileWidth, width - left), Math.min(tileHeight, height - top)];
      if (visible < 1 || lines < 1) continue;
      try {
        const tile = await picture.decodeTile(column, row, (coded) =>
          reduced(coded, tiling, layout, channels),
        );
        for (let y = 0; y < lines; y++) {
          const from = y * tileWidth * channels;
          data.set(
            tile.data.subarray(from, from + visible * channels),
            ((top + y) * width + left) * channels,
          );
        }
      } catch (error) {
        missing++;
        const isHopeless = missing > MOST_MISSING * tiling.rows * tiling.columns;
        if (isHopeless || wasmMemoryIsExhausted()) throw error;
      }
    }
  return { data, width, height, channels, ...(missing > 0 && { damaged: true }) };
}

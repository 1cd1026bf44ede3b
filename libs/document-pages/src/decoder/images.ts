import sharp, { type Metadata, type Sharp } from 'sharp';
import { checkPageCount, checkPixels, type DocumentLimits } from '../limits.ts';
import type { Channels, PageImage } from '../page-image.ts';
import { checkAvifMemory } from './avif-memory.ts';
import { groundOf } from './ground.ts';
import type { OpenSource } from './page-source.ts';
import { fromSamples } from './samples.ts';
import { GROUND_PIXELS, toFit, toPage } from './to-page.ts';

type Strictness = 'error' | 'none';

/**
 * Opens what libvips decodes. Only a TIFF's frames are pages; of an animation the first frame counts. Headers are
 * read for sizes, pixels not until a page is asked for; a picture that is larger than a page is decoded smaller.
 */
export const openImage: OpenSource = async (bytes, limits, channels) => {
  // The limits are checked here, with the size that libvips reads from the header.
  const picture = (page: number, failOn: Strictness, file = bytes) =>
    sharp(file, { failOn, limitInputPixels: false, page });
  const header = async (page: number) => {
    const metadata = await picture(page, 'none').metadata();
    checkPixels(metadata.width, metadata.height, limits);
    checkAvifMemory(metadata, limits, channels);
    return metadata;
  };
  const first = await header(0);
  const pageCount = first.format === 'tiff' ? (first.pages ?? 1) : 1;
  checkPageCount(pageCount, limits);
  return {
    pageCount,
    async page(page) {
      const metadata = page > 0 ? await header(page) : first;
      const repaired = async () =>
        metadata.format === 'png' ? (await import('./repair-png.ts')).repairPng(bytes) : bytes;
      return decode((failOn, file) => picture(page, failOn, file), repaired, metadata, limits, channels);
    },
  };
};

/** Of these depths samples have the range of their bits. */
const FULL_RANGE: readonly string[] = ['uchar', 'ushort'];

/** Decodes a picture whole or, if that fails and it is the only one, as far as it goes. */
async function decode(
  picture: (failOn: Strictness, file?: Uint8Array) => Sharp,
  repaired: () => Promise<Uint8Array>,
  metadata: Metadata,
  limits: DocumentLimits,
  channels: Channels,
): Promise<PageImage<Channels>> {
  const fitting = metadata.format === 'webp' ? webpLimits(limits) : limits;
  const read = async (failOn: Strictness, file?: Uint8Array) => {
    const upright = () => toFit(picture(failOn, file).autoOrient(), metadata, fitting);
    if (!FULL_RANGE.includes(metadata.depth)) return fromSamples(upright(), channels);
    const ground = metadata.hasAlpha
      ? await groundOf(toFit(picture(failOn, file), metadata, { maxPagePixels: GROUND_PIXELS }))
      : 'white';
    return toPage(upright(), channels, ground);
  };
  try {
    return await read('error');
  } catch (error) {
    // Of several pages the others are there: nobody takes what is left of this one for all of it.
    if ((metadata.pages ?? 1) > 1 && metadata.format === 'tiff') throw error;
    const page = await read('none', await repaired()).catch(() => null);
    if (!page || missingOf(page) > MOST_MISSING) throw error;
    return { ...page, damaged: true };
  }
}

/** libvips holds a WebP three times: with alpha and in colour, so many pixels fit in the memory of a decoder. */
const MOST_WEBP_PIXELS = 24_000_000;
const webpLimits = ({ maxPagePixels }: DocumentLimits) => ({
  maxPagePixels: Math.min(maxPagePixels, MOST_WEBP_PIXELS),
});

/** Of a picture of which less is there, nothing can be said. */
const MOST_MISSING = 0.9;

/** The share of a page's rows, from its end, that are all of one level: what a decoder leaves where there was no more. */
function missingOf({ data, height }: PageImage<Channels>): number {
  const last = data.at(-1);
  const row = data.length / height;
  const filled = data.findLastIndex((value) => value !== last);
  return 1 - Math.ceil((filled + 1) / row) / height;
}

import sharp from 'sharp';
import { DocumentError } from '../document-error.ts';
import { checkPageCount, checkPixels, type DocumentLimits } from '../limits.ts';
import type { Channels, PageImage } from '../page-image.ts';
import { groundOf } from './ground.ts';
import { decodeTiles } from './heic-tiles.ts';
import type { HeifPicture, Transformation } from './heif-picture.ts';
import { Libheif } from './libheif.ts';
import type { OpenSource } from './page-source.ts';
import { GROUND_PIXELS, toFit, toPage } from './to-page.ts';

/**
 * Loads libheif, as libvips' own has no HEVC decoder. The main picture of a photo is the page; on demand those beside it
 * are further ones.
 */
export async function loadHeicDecoder(): Promise<OpenSource> {
  const libheif = new Libheif();
  return async (bytes, limits, channels) => {
    const all = libheif.open(bytes);
    const pictures = limits.everyPicture ? all : all.slice(0, 1);
    checkPageCount(pictures.length, limits);
    const [first] = pictures;
    if (first) checkSize(first, limits);
    return {
      pageCount: pictures.length,
      furtherPictures: all.length - pictures.length,
      async page(index) {
        const picture = pictures[index];
        if (!picture) throw new RangeError(`There is no picture ${index}`);
        checkSize(picture, limits);
        return upright(await decode(picture, limits, channels), picture);
      },
    };
  };
}

/** A header that is wrong about its own picture is wrong on purpose. */
const contradiction = (what: string): DocumentError =>
  new DocumentError(
    'corrupt_document',
    `The HEIC image contradicts itself (${what}); save it anew, or send it as JPEG`,
  );

function checkSize({ claimedSize: [width, height] }: HeifPicture, limits: DocumentLimits): void {
  if (!(width > 0 && height > 0)) throw contradiction('its picture has no size');
  checkPixels(width, height, limits);
}

/** The picture as it is coded, as small as a page has to be. */
async function decode(
  picture: HeifPicture,
  limits: DocumentLimits,
  channels: Channels,
): Promise<PageImage<Channels>> {
  const [width, height] = picture.claimedSize;
  const { tiling } = picture;
  const isLarge = width * height > limits.maxPagePixels;
  if (tiling && (isLarge || !picture.hasAlpha)) return decodeTiles(picture, tiling, limits, channels);
  return picture.decode(async ({ data, ...raw }) => {
    if (raw.width !== width || raw.height !== height) {
      throw contradiction(`${width} x ${height} pixels, but there are ${raw.width} x ${raw.height}`);
    }
    const image = () => sharp(data, { raw, limitInputPixels: false });
    const ground =
      raw.channels === 4 ? await groundOf(toFit(image(), raw, { maxPagePixels: GROUND_PIXELS })) : 'white';
    return toPage(toFit(image(), raw, limits), channels, ground);
  });
}

/** The page as the file says that its picture is to be seen. */
async function upright(coded: PageImage<Channels>, picture: HeifPicture): Promise<PageImage<Channels>> {
  let page = coded;
  /** What the page has as the file counts, pixels: it may have been made smaller. */
  let size = picture.claimedSize;
  for (const transformation of picture.transformations()) {
    page = { ...page, ...(await transform(page, transformation, picture, size)) };
    size = sizeAfter(size, transformation, picture);
  }
  return page;
}

type Size = HeifPicture['claimedSize'];

function sizeAfter([width, height]: Size, transformation: Transformation, picture: HeifPicture): Size {
  switch (transformation.type) {
    case 'mirror':
      return [width, height];
    case 'turn':
      return transformation.clockwise % 180 === 0 ? [width, height] : [height, width];
    case 'crop': {
      const [left, top, right, bottom] = picture.cropBorders(transformation.property, width, height);
      return [width - left - right, height - top - bottom];
    }
  }
}

async function transform(
  page: PageImage<Channels>,
  transformation: Transformation,
  picture: HeifPicture,
  [width, height]: Size,
): Promise<PageImage<Channels>> {
  const { channels } = page;
  const image = sharp(page.data, {
    raw: { width: page.width, height: page.height, channels },
    limitInputPixels: false,
  });
  switch (transformation.type) {
    case 'mirror':
      return toPage(transformation.upsideDown ? image.flip() : image.flop(), channels);
    case 'turn':
      return toPage(image.rotate(transformation.clockwise % 360), channels);
    case 'crop': {
      const [left, top, right, bottom] = picture.cropBorders(transformation.property, width, height);
      if (Math.min(left, top, right, bottom) < 0 || left + right >= width || top + bottom >= height) {
        throw contradiction('its clean aperture lies outside its picture');
      }
      const [x, y] = [page.width / width, page.height / height];
      const from = { left: Math.floor(left * x), top: Math.floor(top * y) };
      return toPage(
        image.extract({
          ...from,
          width: Math.max(1, page.width - from.left - Math.floor(right * x)),
          height: Math.max(1, page.height - from.top - Math.floor(bottom * y)),
        }),
        channels,
      );
    }
  }
}

import sharp from 'sharp';
import { DocumentError } from '../document-error.ts';
import { checkPixels } from '../limits.ts';
import type { Channels, PageImage } from '../page-image.ts';
import { Libheif, type Transformation } from './libheif.ts';
import type { OpenSource } from './page-source.ts';
import { toPage } from './to-page.ts';

/** Loads libheif, as libvips' own has no HEVC decoder. A photo's main picture is the page. */
export async function loadHeicDecoder(): Promise<OpenSource> {
  const libheif = new Libheif();
  return async (bytes, limits, channels) => {
    libheif.open(bytes);
    const [width, height] = libheif.claimedSize;
    if (!(width > 0 && height > 0)) throw contradiction('its picture has no size');
    checkPixels(width, height, limits);
    const transformations = libheif.transformations();
    return {
      pageCount: 1,
      async page() {
        const coded = libheif.decode();
        if (coded.width !== width || coded.height !== height) {
          throw contradiction(`${width} x ${height} pixels, but there are ${coded.width} x ${coded.height}`);
        }
        const raw = { width, height, channels: coded.channels };
        let page = await toPage(sharp(coded.data, { raw, limitInputPixels: false }), channels);
        for (const transformation of transformations) page = await transform(page, transformation, libheif);
        return page;
      },
    };
  };
}

/** A header that is wrong about its own picture is wrong on purpose. */
const contradiction = (what: string): DocumentError =>
  new DocumentError('corrupt_document', `The HEIC image contradicts itself: ${what}`);

async function transform(
  page: PageImage<Channels>,
  transformation: Transformation,
  libheif: Libheif,
): Promise<PageImage<Channels>> {
  const { width, height, channels } = page;
  const image = sharp(page.data, { raw: page, limitInputPixels: false });
  switch (transformation.type) {
    case 'mirror':
      return toPage(transformation.upsideDown ? image.flip() : image.flop(), channels);
    case 'turn':
      return toPage(image.rotate(transformation.clockwise % 360), channels);
    case 'crop': {
      const [left, top, right, bottom] = libheif.cropBorders(transformation.property, width, height);
      const size = { width: width - left - right, height: height - top - bottom };
      if (Math.min(left, top, right, bottom) < 0 || size.width < 1 || size.height < 1) {
        throw contradiction('its clean aperture lies outside its picture');
      }
      return toPage(image.extract({ left, top, ...size }), channels);
    }
  }
}

import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { codedRings } from './coded-picture.ts';
import { drawnPdf } from './own-text-pdfs.ts';
import { pdfStream } from './pdf-file.ts';

/** A grey picture. */
export interface Grey {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** How a picture is stored in a PDF: entries of its dictionary beside its size, and its data. */
export interface StoredPicture {
  readonly entries: string;
  readonly data: Buffer;
  /** Further objects, numbered from 6. */
  readonly objects?: readonly string[];
}

const pageOf = ({ width, height }: Grey) => {
  const [wide, high] = [(width * 72) / 100, (height * 72) / 100];
  return { entries: `/MediaBox [0 0 ${wide} ${high}]`, fill: `${wide} 0 0 ${high} 0 0 cm` };
};

/** A PDF of one page that a picture fills, at 100 dots per inch. */
export function picturedPdf(picture: Grey, { entries, data, objects = [] }: StoredPicture): Buffer {
  const page = pageOf(picture);
  const size = `/Width ${picture.width} /Height ${picture.height}`;
  return drawnPdf(`q ${page.fill} /I Do Q`, {
    entries: page.entries,
    resources: '/XObject << /I 5 0 R >>',
    objects: [pdfStream(`/Type /XObject /Subtype /Image ${size} ${entries}`, data), ...objects],
  });
}

/** The same within what the page draws (ISO 32000-1, 8.9.7), in hexadecimal digits. */
export function inlinePdf(picture: Grey): Buffer {
  const { entries, fill } = pageOf(picture);
  const { width, height, data } = picture;
  const hex = `${Buffer.from(data).toString('hex')}>`;
  return drawnPdf(`q ${fill} BI /W ${width} /H ${height} /CS /G /BPC 8 /F /AHx ID ${hex} EI Q`, { entries });
}

const FLATE = '/Filter /FlateDecode';
const deflated = (data: Iterable<number>): Buffer => deflateSync(Uint8Array.from(data));
const inverted = (data: Uint8Array): Uint8Array => data.map((level) => 255 - level);

/** One bit a pixel, rows padded to bytes, 1 for white. */
function bits({ data, width, height }: Grey): Uint8Array {
  const row = Math.ceil(width / 8);
  const packed = new Uint8Array(row * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if ((data[y * width + x] ?? 0) >= 128) packed[y * row + (x >> 3)]! |= 0x80 >> (x & 7);
  return packed;
}

/** The ways in which programs store a picture, which should all look alike; those of one bit if it is black and white. */
export async function storedPictures(picture: Grey): Promise<Readonly<Record<string, StoredPicture>>> {
  const { data, width, height } = picture;
  const grey = '/ColorSpace /DeviceGray';
  const jpeg = (channels: 'srgb' | 'cmyk') =>
    sharp(data, { raw: { width, height, channels: 1 } })
      .toColourspace(channels)
      .jpeg({ quality: 95 })
      .toBuffer();
  const mask = (levels: Iterable<number>) =>
    pdfStream(
      `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} ${grey} /BitsPerComponent 8 ${FLATE}`,
      deflated(levels),
    );
  const palette = Buffer.from(Array.from({ length: 256 }, (_, at) => [255 - at, 255 - at, 255 - at]).flat());
  return {
    '8 bits': { entries: `${grey} /BitsPerComponent 8 ${FLATE}`, data: deflated(data) },
    '16 bits': {
      entries: `${grey} /BitsPerComponent 16 ${FLATE}`,
      data: deflated([...data].flatMap((level) => [level, level])),
    },
    '1 bit': { entries: `${grey} /BitsPerComponent 1 ${FLATE}`, data: deflated(bits(picture)) },
    'values upside down': {
      entries: `${grey} /BitsPerComponent 8 /Decode [1 0] ${FLATE}`,
      data: deflated(inverted(data)),
    },
    'a palette': {
      entries: `/ColorSpace [/Indexed /DeviceRGB 255 <${palette.toString('hex')}>] /BitsPerComponent 8 ${FLATE}`,
      data: deflated(inverted(data)),
    },
    CMYK: {
      entries: `/ColorSpace /DeviceCMYK /BitsPerComponent 8 ${FLATE}`,
      data: deflated([...data].flatMap((level) => [0, 0, 0, 255 - level])),
    },
    'a stencil': { entries: `/ImageMask true /BitsPerComponent 1 ${FLATE}`, data: deflated(bits(picture)) },
    'a soft mask over black': {
      entries: `${grey} /BitsPerComponent 8 /SMask 6 0 R ${FLATE}`,
      data: deflated(new Uint8Array(data.length)),
      objects: [mask(inverted(data))],
    },
    'predicted rows': {
      entries: `${grey} /BitsPerComponent 8 /DecodeParms << /Predictor 15 /Colors 1 /BitsPerComponent 8 /Columns ${width} >> ${FLATE}`,
      data: deflated(
        Array.from({ length: height }, (_, y) => [0, ...data.subarray(y * width, (y + 1) * width)]).flat(),
      ),
    },
    'two filters': {
      entries: `${grey} /BitsPerComponent 8 /Filter [/ASCIIHexDecode /FlateDecode]`,
      data: Buffer.from(`${deflated(data).toString('hex')}>`),
    },
    'a JPEG': {
      entries: '/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode',
      data: await jpeg('srgb'),
    },
    "Adobe's JPEG in CMYK": {
      entries: '/ColorSpace /DeviceCMYK /BitsPerComponent 8 /Decode [1 0 1 0 1 0 1 0] /Filter /DCTDecode',
      data: await jpeg('cmyk'),
    },
  };
}

/** Rings, and the ways in which scanners store a picture of them. */
export function codedPictures(): { picture: Grey; stored: Readonly<Record<string, StoredPicture>> } {
  const { width, height, levelAt, g4, g3, jpeg2000 } = codedRings;
  const data = Uint8Array.from({ length: width * height }, (_, at) =>
    levelAt(at % width, Math.floor(at / width)),
  );
  const bilevel = '/ColorSpace /DeviceGray /BitsPerComponent 1';
  const fax = (k: number) =>
    `${bilevel} /Filter /CCITTFaxDecode /DecodeParms << /K ${k} /Columns ${width} /Rows ${height} >>`;
  const [t6, t4, jpx] = [g4, g3, jpeg2000].map((coded) => Buffer.from(coded, 'base64'));
  if (!t6 || !t4 || !jpx) throw new Error('Nothing is coded');
  return {
    picture: { data, width, height },
    stored: {
      'fax, group 4': { entries: fax(-1), data: t6 },
      'fax, group 3': { entries: fax(0), data: t4 },
      'JBIG2 of fax': { entries: `${bilevel} /Filter /JBIG2Decode`, data: jbig2Of(t6, width, height) },
      'JPEG 2000': { entries: '/Filter /JPXDecode', data: jpx },
    },
  };
}

/** A page of one generic region that is coded as T.6 (ISO 14492, 7.4.6 and 7.4.8), without a file's header, as in PDFs. */
function jbig2Of(t6: Buffer, width: number, height: number): Buffer {
  const words = (...values: number[]) => {
    const written = Buffer.alloc(4 * values.length);
    values.forEach((value, at) => {
      written.writeUInt32BE(value, 4 * at);
    });
    return written;
  };
  const segment = (number: number, type: number, data: Buffer) =>
    Buffer.concat([words(number), Buffer.of(type, 0, 1), words(data.length), data]);
  const [pageInformation, immediateRegion, mmr] = [48, 38, 1];
  return Buffer.concat([
    segment(0, pageInformation, Buffer.concat([words(width, height, 0, 0), Buffer.of(0, 0, 0)])),
    segment(1, immediateRegion, Buffer.concat([words(width, height, 0, 0), Buffer.of(0, mmr), t6])),
  ]);
}

import type { Box } from '@inkstream/contracts';
import sharp from 'sharp';
import { mulberry32, pick, type Random } from '../random.ts';
import { type Degrade, degrade, quadOf } from './degrade.ts';
import { encode, type ImageFormat, type Orientation, pdfOfImages, tiffOfImages } from './encode.ts';
import { loadFont } from './fonts.ts';
import { type LayoutName, layoutNames, layouts } from './layouts/index.ts';
import type { Raster } from './raster.ts';
import type { ReceiptContent, ReceiptValues } from './rows.ts';
import { typeset } from './typeset.ts';
import type { Quad } from './warp.ts';

export interface ReceiptOptions {
  seed: number;
  /** Chosen by the seed when left out. */
  layout?: LayoutName;
  degrade?: Degrade;
  /** Default jpeg. */
  format?: ImageFormat;
  /** Quality of lossy formats, 1 to 100, default 85. */
  quality?: number;
  /** EXIF orientation, default 1 (stored upright). */
  orientation?: Orientation;
  /** Width of the flat paper in pixels, default 640: 80 mm at 203 dots per inch. */
  width?: number;
}

export interface TruthText {
  text: string;
  /** On the flat upright page, before anything was done to it. */
  box: Box;
  /** Corners in the picture once turned upright by EXIF, clockwise from the text's own top left. */
  quad: Quad;
}

/** What the picture says, exactly. Lines and words are in reading order. */
export interface ReceiptTruth {
  layout: LayoutName;
  /** Size of the flat page in pixels. */
  page: { width: number; height: number };
  /** Size of the picture in pixels, upright by EXIF. */
  image: { width: number; height: number };
  /** The lines, one after another, by line breaks. */
  text: string;
  lines: TruthText[];
  words: TruthText[];
  fields: ReceiptValues;
}

export interface GeneratedReceipt {
  image: Uint8Array;
  mimeType: string;
  truth: ReceiptTruth;
}

/** Makes a receipt's picture and its truth. The same options give the same bytes. */
export async function generateReceipt(options: ReceiptOptions): Promise<GeneratedReceipt> {
  const { raster, truth } = await drawReceipt(options);
  const { format = 'jpeg', quality = 85, orientation = 1 } = options;
  const image = await encode(raster, { format, quality, orientation });
  return { image, mimeType: format === 'pdf' ? 'application/pdf' : `image/${format}`, truth };
}

/** Makes one document of several receipts, a page each. */
export async function generateDocument(
  pages: ReceiptOptions[],
  format: 'pdf' | 'tiff',
): Promise<{ image: Uint8Array; mimeType: string; truths: ReceiptTruth[] }> {
  const drawn: { raster: Raster; truth: ReceiptTruth }[] = [];
  for (const page of pages) drawn.push(await drawReceipt(page));
  const rasters = drawn.map((page) => page.raster);
  const image = format === 'pdf' ? await pdfOfImages(rasters, 85) : await tiffOfImages(rasters);
  return {
    image,
    mimeType: format === 'pdf' ? 'application/pdf' : 'image/tiff',
    truths: drawn.map((page) => page.truth),
  };
}

/** What a receipt says, row by row, before it is set and drawn: quick, for tests that need no picture. */
export function composeReceipt(options: Pick<ReceiptOptions, 'seed' | 'layout'>): ReceiptContent {
  return compose(options, mulberry32(options.seed)).content;
}

function compose({ layout }: Pick<ReceiptOptions, 'layout'>, random: Random) {
  const name = layout ?? pick(random, layoutNames);
  return { layout: name, content: layouts[name](random) };
}

/** The receipt's raw pixels and truth, before any file format. */
export async function drawReceipt(options: ReceiptOptions): Promise<{ raster: Raster; truth: ReceiptTruth }> {
  const random = mulberry32(options.seed);
  const { layout, content } = compose(options, random);
  const page = typeset(content, await loadFont(content.font), options.width ?? 640);
  const data = await sharp(Buffer.from(page.svg)).toColourspace('b-w').removeAlpha().raw().toBuffer();
  const flat: Raster = { data, width: page.width, height: page.height, channels: 1 };
  const { raster, toImage } = await degrade(flat, options.degrade ?? {}, random);
  const place = ({ text, box }: { text: string; box: Box }): TruthText => ({
    text,
    box,
    quad: quadOf(box, toImage),
  });
  const truth: ReceiptTruth = {
    layout,
    page: { width: page.width, height: page.height },
    image: { width: raster.width, height: raster.height },
    text: page.lines.map((line) => line.text).join('\n'),
    lines: page.lines.map(place),
    words: page.lines.flatMap((line) => line.words.map(place)),
    fields: content.fields,
  };
  return { raster, truth };
}

import {
  attachedPdf,
  brokenHeic,
  drawReceipt,
  encryptedPdf,
  floatTiff,
  formBomb,
  formPdf,
  freeTextPdf,
  generateDocument,
  generateReceipt,
  groupBomb,
  inkOnNothing,
  mulberry32,
  onePixelPng,
  repeatedImageBomb,
  shadingBomb,
  textPdf,
  unitPdf,
} from '@inkstream/testing';
import { PDFDocument } from 'pdf-lib';
import sharp, { type Sharp } from 'sharp';
import { fixture } from '../fixture.ts';
import type { Whole } from './inputs.ts';

const receipt = { seed: 51, layout: 'cafe-my', width: 96 } as const;
const formats = ['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif', 'pdf'] as const;

/** Small files of every kind that is read, most of them sound. The same each time. */
export async function wholeFiles(): Promise<Whole[]> {
  const wholes = { ...(await receipts()), ...(await pictures()), ...(await pdfs()), ...(await heics()) };
  return Object.entries(wholes).map(([name, bytes]) => ({ name, bytes }));
}

type Files = Record<string, Uint8Array>;

async function receipts(): Promise<Files> {
  const files: Files = {};
  for (const format of formats) files[format] = (await generateReceipt({ ...receipt, format })).image;
  for (const format of ['jpeg', 'png', 'webp', 'tiff'] as const)
    files[`turned ${format}`] = (await generateReceipt({ ...receipt, format, orientation: 6 })).image;
  const pages = [receipt, { ...receipt, seed: 52 }];
  files['TIFF of two pages'] = (await generateDocument(pages, 'tiff')).image;
  files['PDF of two pages'] = await withPlainTables((await generateDocument(pages, 'pdf')).image);
  return files;
}

async function pictures(): Promise<Files> {
  const { raster } = await drawReceipt(receipt);
  const { data, width, height } = raster;
  const grey = () => sharp(data, { raw: { width, height, channels: 1 } });
  const colour = () => grey().toColourspace('srgb').tint('#884400');
  const ink = await inkOnNothing(raster, 255);
  const frames = () => sharp([ink, ink], { join: { animated: true } });
  const made: Record<string, Sharp> = {
    'progressive JPEG': colour().jpeg({ progressive: true }),
    'CMYK JPEG': colour().toColourspace('cmyk').jpeg(),
    'JPEG with a profile': colour().withIccProfile('p3').jpeg({ chromaSubsampling: '4:4:4' }),
    'interlaced PNG': colour().png({ progressive: true }),
    'palette PNG': colour().png({ palette: true }),
    '16-bit PNG': grey().toColourspace('rgb16').png(),
    'lossless WebP': sharp(ink).webp({ lossless: true }),
    'WebP with alpha': sharp(ink).webp(),
    'animated WebP': frames().webp(),
    'animated GIF': frames().gif(),
    'AVIF with alpha': sharp(ink).avif({ effort: 1 }),
    'raw TIFF': colour().tiff({ compression: 'none' }),
    'LZW TIFF': colour().tiff({ compression: 'lzw', predictor: 'horizontal' }),
    'PackBits TIFF': grey().toColourspace('b-w').tiff({ compression: 'packbits' }),
    'JPEG TIFF': colour().tiff({ compression: 'jpeg' }),
    'WebP TIFF': colour().tiff({ compression: 'webp' }),
    'G4 TIFF': grey().toColourspace('b-w').tiff({ compression: 'ccittfax4', bitdepth: 1 }),
    'tiled TIFF': colour().tiff({
      tile: true,
      tileWidth: 64,
      tileHeight: 64,
      pyramid: true,
      compression: 'deflate',
    }),
  };
  const files: Files = {
    'ink on nothing': ink,
    'float TIFF': floatTiff(raster, 1),
    'PNG of a pixel': onePixelPng().bytes,
  };
  for (const [name, picture] of Object.entries(made)) files[name] = await picture.toBuffer();
  return files;
}

/** The bombs are small here: what they are made of is what is rare. */
async function pdfs(): Promise<Files> {
  const text = await textPdf(['TOTAL 12.34'], [216, 144], 90);
  const { image: jpeg } = await generateReceipt(receipt);
  const { image: png } = await generateReceipt({ ...receipt, format: 'png' });
  const files: Files = {
    'PDF of text': text,
    'PDF of a form': await formPdf(['CAFE', '12.34'], true),
    'PDF of a form without appearances': await formPdf(['CAFE', '12.34'], false),
    'PDF of a note': await freeTextPdf('TOTAL 12.34'),
    'PDF in units of its own': await unitPdf('TOTAL 12.34', 4),
    'PDF with attachments': await attachedPdf({ 'a.jpg': jpeg, 'b.pdf': text }, { portfolio: false }),
    'PDF portfolio': await attachedPdf({ 'a.png': png, 'b.pdf': text }, { portfolio: true }),
    'PDF of a PNG': await pdfOfPng(png),
  };
  const plain: Files = {};
  for (const [name, bytes] of Object.entries(files)) plain[name] = await withPlainTables(bytes);
  return {
    ...plain,
    'PDF with compressed tables': text,
    'encrypted PDF': encryptedPdf(mulberry32(7)).bytes,
    'PDF of groups': groupBomb(2).bytes,
    'PDF of forms': formBomb(3).bytes,
    'PDF of shadings': shadingBomb(2, 2).bytes,
    'PDF of pictures': repeatedImageBomb(2, 40).bytes,
  };
}

async function pdfOfPng(png: Uint8Array): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const image = await pdf.embedPng(png);
  pdf.addPage([72, 144]).drawImage(image, { x: 0, y: 0, width: 72, height: 144 });
  return pdf.save();
}

/** The same objects, none of them in a stream. */
async function withPlainTables(bytes: Uint8Array): Promise<Uint8Array> {
  const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
  return pdf.save({ useObjectStreams: false, updateFieldAppearances: false });
}

const heics = async (): Promise<Files> => ({
  'blank HEIC': await fixture('blank.heic'),
  'striped HEIC': await fixture('marker.heic'),
  'HEIC of a receipt': await fixture('receipt.heic'),
  'turned HEIC': await fixture('receipt-turned.heic'),
  'broken HEIC': brokenHeic().bytes,
});

import { createHash } from 'node:crypto';
import { type Box, RECEIPT_FIELDS, type RecognisedPage } from '@inkstream/contracts';
import { extractReceipt } from '@inkstream/receipt-fields';
import type { ReceiptTruth, TruthText } from '../receipt/generate.ts';
import type { ReceiptValues } from '../receipt/rows.ts';

/** A piece of text, and where it is on the picture as it was sent, in pixels. */
export interface PictureText {
  readonly text: string;
  readonly confidence: number;
  readonly box: Box;
}

/** What is on a picture. */
export interface PictureContent {
  /** SHA-256 of the file that was sent, hexadecimal. */
  readonly hash: string;
  /** Of the picture as it was sent, upright by EXIF, in pixels. */
  readonly width: number;
  readonly height: number;
  /** The clockwise turn in degrees that makes its text upright. */
  readonly rotation: RecognisedPage['rotation'];
  /** In reading order. */
  readonly lines: readonly PictureText[];
  readonly fields: ReceiptValues;
}

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The lines one after another, as a model would write them down. */
export const textOf = ({ lines }: Pick<PictureContent, 'lines'>): string =>
  lines.map(({ text }) => text).join('\n');

/** A page that the local engine turned upright, on the picture as it was before that. */
export function contentRead(hash: string, page: RecognisedPage): PictureContent {
  const { rotation } = page;
  const upright = { width: page.width, height: page.height };
  const [width, height] =
    rotation % 180 === 0 ? [upright.width, upright.height] : [upright.height, upright.width];
  const receipt = extractReceipt([page]);
  const values = RECEIPT_FIELDS.flatMap(({ name }) => {
    const value = receipt[name]?.value;
    return value === undefined ? [] : [[name, value]];
  });
  return {
    hash,
    width,
    height,
    rotation,
    lines: page.lines.map(({ text, confidence = 1, box = [0, 0, 0, 0] }) => ({
      text,
      confidence,
      box: turnedBack(box, rotation, upright),
    })),
    fields: { ...Object.fromEntries(values), items: receipt.items },
  };
}

/** A box on the upright page, on the page as it was before it was turned clockwise. */
function turnedBack(
  [left, top, right, bottom]: Box,
  rotation: RecognisedPage['rotation'],
  { width, height }: { readonly width: number; readonly height: number },
): Box {
  switch (rotation) {
    case 0:
      return [left, top, right, bottom];
    case 90:
      return [top, width - right, bottom, width - left];
    case 180:
      return [width - right, height - bottom, width - left, height - top];
    case 270:
      return [height - bottom, left, height - top, right];
  }
}

/** A truth, on a picture of that size that shows it. */
export function contentOf(
  hash: string,
  { image, lines, fields }: ReceiptTruth,
  { width, height }: { readonly width: number; readonly height: number },
): PictureContent {
  const place = ({ text, quad }: TruthText): PictureText => {
    const xs = quad.map(([x]) => (x * width) / image.width);
    const ys = quad.map(([, y]) => (y * height) / image.height);
    return {
      text,
      confidence: 1,
      box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)],
    };
  };
  return { hash, width, height, rotation: 0, lines: lines.map(place), fields };
}

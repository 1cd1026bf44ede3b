import { DocumentError, type DocumentErrorCode, documentErrorCodes } from './document-error.ts';
import type { Frame } from './frames.ts';
import { checkPageCount, type DocumentLimits } from './limits.ts';
import type { Channels, PageImage } from './page-image.ts';
import { isWebp, LONGEST_SIDE, type PagePicture, type PictureOptions } from './page-picture.ts';
import { unpackText } from './text-lines.ts';

/** What a decoder's process says, as far as it can be trusted. Its messages are sentences of ours. */
const message = /^[\x20-\x7e]{1,300}$/;

const garbled = (): DocumentError =>
  new DocumentError(
    'corrupt_document',
    'The document is damaged (its decoder answered garbage); save, scan or photograph it anew',
  );

/** The fields of an answer that is not an error. @throws DocumentError if it is one, or makes no sense. */
function fieldsOf({ head }: Frame): Record<string, unknown> {
  if (typeof head !== 'object' || head === null) throw garbled();
  const fields: Record<string, unknown> = { ...head };
  if (fields.error !== undefined) throw errorOf(fields.error);
  return fields;
}

function errorOf(error: unknown): DocumentError {
  if (typeof error !== 'object' || error === null) return garbled();
  const fields: Record<string, unknown> = { ...error };
  const code: DocumentErrorCode | undefined = documentErrorCodes.find((known) => known === fields.code);
  if (code === undefined || typeof fields.message !== 'string' || !message.test(fields.message)) {
    return garbled();
  }
  return new DocumentError(code, fields.message);
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;

/** What is known of a document that is open. */
export interface Opened {
  readonly pageCount: number;
  /** Pictures beside its pages, each of which would be one by `everyPicture`. */
  readonly furtherPictures: number;
}

/**
 * What a process answers once it has opened its document.
 *
 * @throws DocumentError as the process says, or if the limits don't allow it.
 */
export function openedOf(frame: Frame, limits: DocumentLimits): Opened {
  const { pageCount, furtherPictures = 0 } = fieldsOf(frame);
  if (!isCount(pageCount) || !isCount(furtherPictures)) throw garbled();
  checkPageCount(pageCount, limits);
  return { pageCount, furtherPictures };
}

/**
 * The page that a process answers: there are as many bytes as pixels, or three times as many in colour, and then its text.
 *
 * @throws DocumentError as the process says, or if it is larger than pages are.
 */
export function pageOf<C extends Channels>(frame: Frame, limits: DocumentLimits, channels: C): PageImage<C> {
  const { width, height, damaged, textBytes = 0 } = fieldsOf(frame);
  if (!isCount(width) || !isCount(height) || width === 0 || !isCount(textBytes)) throw garbled();
  const pixels = width * height * channels;
  if (pixels + textBytes !== frame.body.length || width * height > limits.maxPagePixels) throw garbled();
  const text = unpackText(frame.body.subarray(pixels), { width, height });
  if (!text) throw garbled();
  return {
    data: frame.body.subarray(0, pixels),
    ...{ width, height, channels },
    ...(damaged === true && { damaged }),
    ...(text.length > 0 && { text }),
  };
}

/** The file that a process answers with. @throws DocumentError as the process says. */
export function bytesOf(frame: Frame): Uint8Array {
  fieldsOf(frame);
  if (frame.body.length === 0) throw garbled();
  return frame.body;
}

/**
 * The picture that a process answers: a WebP, no wider than was asked for.
 *
 * @throws DocumentError as the process says, or if it is none.
 */
export function pictureOf(frame: Frame, asked: PictureOptions): PagePicture {
  const { width, height } = fieldsOf(frame);
  const isSide = (value: unknown, most: number): value is number =>
    isCount(value) && value > 0 && value <= most;
  if (!isSide(width, asked.width) || !isSide(height, LONGEST_SIDE) || !isWebp(frame.body)) throw garbled();
  return { data: frame.body, width, height };
}

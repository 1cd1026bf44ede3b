import { createHash } from 'node:crypto';
import {
  DocumentError,
  type OpenDocument,
  openDocument,
  type PictureOptions,
} from '@inkstream/document-pages';
import type { JobFile } from '@inkstream/domain';
import { ObjectNotFoundError, type ObjectStore } from '@inkstream/object-store';
import { HttpError } from '@inkstream/service-kit';

/** A picture of the most width and of a page twice as high has no more pixels. */
const MOST_PIXELS = 20_000_000;

/** The bytes of a file are gone, or are not those that were uploaded. */
export class FileLostError extends Error {
  override readonly name = 'FileLostError';
}

/** @throws FileLostError; the signal's reason. */
async function bytesOf(objects: ObjectStore, file: JobFile, signal: AbortSignal): Promise<Uint8Array> {
  const bytes = new Uint8Array(file.bytes);
  const hash = createHash('sha256');
  let length = 0;
  try {
    for await (const chunk of await objects.get(file.storageKey, { signal })) {
      hash.update(chunk);
      if (length + chunk.length <= bytes.length) bytes.set(chunk, length);
      length += chunk.length;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ObjectNotFoundError) throw new FileLostError(`${file.storageKey} is not there`);
    throw error;
  }
  if (hash.digest('hex') !== file.sha256) throw new FileLostError(`${file.storageKey} is not what it was`);
  return bytes;
}

/** What a client is told of a document that cannot be decoded: a machine that is busy may decode it later. */
const refusalOf = ({ code, message }: DocumentError): HttpError =>
  code === 'timeout'
    ? new HttpError(503, `${code}: ${message}`, { 'Retry-After': '30' })
    : new HttpError(422, `${code}: ${message}`);

interface DrawOptions extends PictureOptions {
  /** Memory of the process, MiB. */
  readonly memoryMb: number;
}

/** Opens a document, and has a page of it drawn. */
async function draw(
  bytes: Uint8Array,
  { memoryMb, ...options }: DrawOptions,
  indexIn: (pageCount: number) => number,
  signal: AbortSignal,
): Promise<Buffer> {
  // Of selected pages a provider reads any, so any has a picture.
  const limits = {
    memoryMb,
    maxPages: Number.MAX_SAFE_INTEGER,
    maxPagePixels: MOST_PIXELS,
    everyPicture: true,
  };
  let document: OpenDocument<3> | undefined;
  try {
    document = await openDocument(bytes, { ...limits, channels: 3 }, signal);
    return Buffer.from((await document.picture(indexIn(document.pageCount), options)).data);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof DocumentError ? refusalOf(error) : error;
  } finally {
    document?.close();
  }
}

/**
 * Has a process decode the page, from 1, and draw it.
 *
 * @throws HttpError 404 if the document has no such page, 422 if it cannot be decoded, 503 if that takes too long;
 *   FileLostError; the signal's reason, which ends the process.
 */
export async function drawPage(
  objects: ObjectStore,
  file: JobFile,
  page: number,
  options: DrawOptions,
  signal: AbortSignal,
): Promise<Buffer> {
  const indexIn = (pageCount: number) => {
    if (page <= pageCount) return page - 1;
    throw new HttpError(404, `There is no page ${page} in file ${file.id}: it has ${pageCount}`);
  };
  return draw(await bytesOf(objects, file, signal), options, indexIn, signal);
}

/** A picture of ours made smaller, by a process too: what a decoder's process drew is not trusted. Throws as `drawPage`. */
export const shrink = (
  picture: Buffer,
  options: Omit<DrawOptions, 'turn'>,
  signal: AbortSignal,
): Promise<Buffer> => draw(picture, { ...options, turn: 0 }, () => 0, signal);

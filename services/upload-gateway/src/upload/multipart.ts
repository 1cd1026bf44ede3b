import type { Writable } from 'node:stream';
import { HttpError } from '@inkstream/service-kit';
import type { Request, Response } from 'express';
import multer, { MulterError } from 'multer';
import { bodyType } from '../body-type.ts';
import type { FileStorage } from './file-storage.ts';
import { boundaryOf, PartHeaders } from './part-headers.ts';

const MAX_FIELD_NAME_BYTES = 100;
const MAX_FIELD_BYTES = 4_096;
/** For each file: its providers, its pages and its password. */
const FIELDS_A_FILE = 3;
/** More than those, so that it is the files that are named if there are too many. */
const SPARE_FIELDS = 100;
const maxFields = (maxFiles: number): number => FIELDS_A_FILE * maxFiles + SPARE_FIELDS;

export interface MultipartLimits {
  readonly maxFileBytes: number;
  readonly maxFiles: number;
}

/** The text fields, by name; several of one name are an array. */
export type Fields = Readonly<Record<string, string | readonly string[]>>;

/** Clients that mean a file and send a mere field, such as `curl -F 'file=<a.png'`. */
export const NAMELESS_FILE = "The part 'file' has no file name; a file needs one";

function describe({ code, message, field }: MulterError, maxFiles: number): string {
  const name = field === undefined ? '' : ` '${field}'`;
  switch (String(code)) {
    case 'LIMIT_FILE_COUNT':
      return `There are more than ${maxFiles} files; a job takes ${maxFiles} at most`;
    case 'LIMIT_FIELD_COUNT':
      return `There are more than ${maxFields(maxFiles)} fields; an upload takes so many at most`;
    case 'LIMIT_FIELD_KEY':
      return `A field's name has more than ${MAX_FIELD_NAME_BYTES} bytes; fields have short names, such as ocrProvider_0`;
    case 'LIMIT_FIELD_VALUE':
      return field === 'file'
        ? NAMELESS_FILE
        : `Field${name} has more than ${MAX_FIELD_BYTES} bytes; it may have so many at most`;
    case 'LIMIT_UNEXPECTED_FILE':
      return `Field${name} can't be a file; files go in 'file'`;
    default:
      return `${message}${name}; files go in 'file', and fields have plain names`;
  }
}

function asHttpError(error: unknown, maxFiles: number): HttpError {
  if (error instanceof MulterError) return new HttpError(400, describe(error, maxFiles));
  const reason = error instanceof Error ? error.message : String(error);
  return new HttpError(
    400,
    `The multipart body is not valid (${reason}); send multipart/form-data, with files in 'file'`,
  );
}

function assertMultipart(request: Request): void {
  const type = bodyType(request);
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity')
    throw new HttpError(415, `The body is compressed (Content-Encoding: ${encoding}); send it as it is`);
  if (type === 'multipart/form-data') return;
  if (!type) throw new HttpError(400, 'The body has no Content-Type; send multipart/form-data');
  throw new HttpError(415, `The body is ${type}; send multipart/form-data`);
}

/** Feeds the parser with heads of parts that it can read. As its own `write`, so that multer can stop the feeding. */
function feed(request: Request, parser: Writable, boundary: string | null): void {
  if (boundary !== null) {
    const headers = new PartHeaders(boundary);
    const write = parser.write.bind(parser);
    const end = parser.end.bind(parser);
    const pass = (bytes: Buffer) => bytes.length === 0 || write(bytes);
    parser.write = (chunk: Buffer) => pass(headers.push(chunk));
    parser.end = () => {
      pass(headers.end());
      return end();
    };
  }
  request.pipe(parser);
}

/**
 * Reads a multipart body to its end: its files go to the storage, its fields are returned.
 *
 * @throws HttpError 400 or 415 that says what is wrong with the body, or what went wrong in the storage.
 */
export async function readMultipart(
  request: Request,
  response: Response,
  storage: FileStorage,
  limits: MultipartLimits,
): Promise<Fields> {
  assertMultipart(request);
  let nameless = false;
  const options: multer.Options & { streamHandler(request: Request, parser: Writable): void } = {
    storage,
    streamHandler(_request, parser) {
      // A browser's form sends a file input without a file like this too, which is no error beside other files.
      parser.on('file', (name: string, _stream: unknown, { filename }: { filename?: string }) => {
        nameless ||= name === 'file' && !filename;
      });
      feed(request, parser, boundaryOf(request.headers['content-type'] ?? ''));
    },
    // Paths are stripped by our own rules, and modern clients send names in UTF-8 (RFC 7578, 5.1).
    preservePath: true,
    defParamCharset: 'utf8',
    limits: {
      fileSize: limits.maxFileBytes,
      files: limits.maxFiles,
      fields: maxFields(limits.maxFiles),
      fieldNameSize: MAX_FIELD_NAME_BYTES,
      fieldSize: MAX_FIELD_BYTES,
      fieldNestingDepth: 0,
    },
  };
  const read = multer(options).array('file');
  const { failing } = storage;
  await new Promise<void>((resolve, reject) => {
    // Without waiting for the rest of the body, as multer does.
    failing.addEventListener('abort', reject, { once: true });
    read(request, response, (error: unknown) => (error === undefined ? resolve() : reject(error)));
  }).catch((error) => {
    throw failing.aborted ? failing.reason : asHttpError(error, limits.maxFiles);
  });
  const fields: Fields = request.body ?? {};
  if ('file' in fields || (nameless && storage.isEmpty)) throw new HttpError(400, NAMELESS_FILE);
  return fields;
}

import { idParamSchema } from '@inkstream/contracts';
import type { FileView } from '@inkstream/domain';
import { ObjectNotFoundError } from '@inkstream/object-store';
import { HttpError, parseInput } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import { openJob } from './current-job.ts';
import type { QueryDeps } from './deps.ts';
import { noneMatch } from './etag.ts';
import { attachment } from './file-name.ts';
import { type Asked, askedRange } from './range.ts';
import { sendBody } from './send-body.ts';

const noSuchFile = (jobId: number, fileId: number) =>
  new HttpError(404, `File ${fileId} of job ${jobId} does not exist`);

const headersOf = (file: FileView, etag: string) => ({
  ETag: etag,
  'Accept-Ranges': 'bytes',
  'Content-Type': file.mimeType,
  'Content-Disposition': attachment(file.originalName),
  'Cache-Control': 'private, no-cache',
  // An upload is a stranger's: whatever it claims to be, it must not run in the API's origin.
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
});

function partOf(asked: Asked, bytes: number) {
  if (asked === 'unsatisfiable')
    throw new HttpError(416, `The file has ${bytes} bytes`, { 'Content-Range': `bytes */${bytes}` });
  if (asked === 'whole') return { status: 200, headers: { 'Content-Length': String(bytes) }, options: {} };
  const { start, end } = asked;
  return {
    status: 206,
    headers: {
      'Content-Length': String(end - start + 1),
      'Content-Range': `bytes ${start}-${end}/${bytes}`,
    },
    options: { range: { start, end } },
  };
}

/** `GET /ocr-jobs/:jobId/files/:fileId`: the original bytes, or the range of them that is asked for. */
export const getFile =
  (deps: QueryDeps): RequestHandler<{ jobId: string; fileId: string }> =>
  async (request, response) => {
    const jobId = parseInput(idParamSchema, request.params.jobId, 'jobId');
    const fileId = parseInput(idParamSchema, request.params.fileId, 'fileId');
    const file = (await openJob(deps, jobId)).files.find(({ id }) => id === fileId);
    if (!file) throw noSuchFile(jobId, fileId);
    const etag = `"${file.sha256}"`;
    if (noneMatch(request.get('If-None-Match'), etag)) {
      response.status(304).set({ ETag: etag, 'Cache-Control': 'private, no-cache' }).end();
      return;
    }
    const isHead = request.method === 'HEAD';
    const range = isHead ? undefined : request.get('Range');
    const { status, headers, options } = partOf(
      askedRange(range, request.get('If-Range'), file.bytes, etag),
      file.bytes,
    );
    const body = isHead
      ? null
      : await deps.objects.get(file.storageKey, options).catch((error) => {
          throw error instanceof ObjectNotFoundError ? noSuchFile(jobId, fileId) : error;
        });
    response.status(status).setHeaders(new Map(Object.entries({ ...headersOf(file, etag), ...headers })));
    // An object that is shorter than it should be cuts the connection, so that nobody takes it for the whole.
    response.strictContentLength = true;
    if (body) await sendBody(body, response);
    else response.end();
  };

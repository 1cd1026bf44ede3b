import { idParamSchema } from '@inkstream/contracts';
import type { JobFile } from '@inkstream/domain';
import { ObjectNotFoundError } from '@inkstream/object-store';
import { HttpError, logFor, parseInput, type RequestContext, withContext } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import { noSuchFile, openJob } from './current-job.ts';
import type { QueryDeps } from './deps.ts';
import { noneMatch } from './etag.ts';
import { attachment } from './file-name.ts';
import { type Asked, askedRange } from './range.ts';
import { exactly, sendBody } from './send-body.ts';

const headersOf = (file: JobFile, etag: string) => ({
  ETag: etag,
  'Accept-Ranges': 'bytes',
  'Content-Type': file.mimeType,
  'Content-Disposition': attachment(file.originalName),
  'Cache-Control': 'private, no-cache',
  // An upload is a stranger's: whatever it claims to be, it must not run in the API's origin.
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
});

/** How to answer: status, size and headers, and what to read. */
function partOf(asked: Asked, bytes: number) {
  if (asked === 'unsatisfiable')
    throw new HttpError(416, `The file has ${bytes} bytes`, { 'Content-Range': `bytes */${bytes}` });
  if (asked === 'whole') return { status: 200, length: bytes, headers: {}, options: {} };
  const { start, end } = asked;
  const headers = { 'Content-Range': `bytes ${start}-${end}/${bytes}` };
  return { status: 206, length: end - start + 1, headers, options: { range: { start, end } } };
}

/** @throws HttpError 404 if there is no such file, or no more. */
async function fileOf(deps: QueryDeps, caller: RequestContext, jobId: number, fileId: number) {
  const file = (await openJob(deps, caller, jobId)).job.files.find(({ id }) => id === fileId);
  if (!file) throw noSuchFile(jobId, fileId);
  return file;
}

/** Of a file without bytes: it was deleted just now, else its bytes were lost. A 404 would say that it never was. */
export async function refuseMissing(
  deps: QueryDeps,
  caller: RequestContext,
  jobId: number,
  { id, storageKey }: JobFile,
): Promise<never> {
  await fileOf(deps, caller, jobId, id);
  logFor(deps.log, caller).error({ job: jobId, file: id, key: storageKey }, 'the bytes of a file are lost');
  throw new HttpError(
    500,
    `The bytes of file ${id} of job ${jobId} are lost; restore them, or delete the file`,
  );
}

/** `GET /ocr-jobs/:jobId/files/:fileId`: the original bytes, or the range of them that is asked for. */
export const getFile = (deps: QueryDeps): RequestHandler<{ jobId: string; fileId: string }> =>
  withContext(async (caller, request, response) => {
    const jobId = parseInput(idParamSchema, request.params.jobId, 'jobId');
    const fileId = parseInput(idParamSchema, request.params.fileId, 'fileId');
    const file = await fileOf(deps, caller, jobId, fileId);
    const etag = `"${file.sha256}"`;
    if (noneMatch(request.get('If-None-Match'), etag)) {
      response.status(304).set({ ETag: etag, 'Cache-Control': 'private, no-cache' }).end();
      return;
    }
    const isHead = request.method === 'HEAD';
    // Ranges are for GET alone (RFC 9110, 14.2).
    const range = isHead ? undefined : request.get('Range');
    const asked = askedRange(range, request.get('If-Range'), file.bytes, etag);
    const { status, length, headers, options } = partOf(asked, file.bytes);
    const body = isHead
      ? null
      : await deps.objects.get(file.storageKey, options).catch((error) => {
          if (!(error instanceof ObjectNotFoundError)) throw error;
          return refuseMissing(deps, caller, jobId, file);
        });
    const all = { ...headersOf(file, etag), ...headers, 'Content-Length': String(length) };
    response.status(status).setHeaders(new Map(Object.entries(all)));
    if (body) await sendBody(response, body, exactly(length));
    else response.end();
  });

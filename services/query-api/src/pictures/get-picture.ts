import { Readable } from 'node:stream';
import { idParamSchema, pictureQuerySchema } from '@inkstream/contracts';
import { addressKey, parseInput, withContext } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import { noSuchFile, openJob } from '../current-job.ts';
import type { QueryDeps } from '../deps.ts';
import { noneMatch } from '../etag.ts';
import { refuseMissing } from '../get-file.ts';
import { sendBody } from '../send-body.ts';
import { FileLostError } from './draw-page.ts';
import type { PagePictures } from './page-pictures.ts';
import { turnOf } from './page-turn.ts';

/** Asked for again each time, so that nobody is shown a page that is deleted, or that is upright no more. */
const CACHING = { 'Cache-Control': 'private, no-cache' };
const HEADERS = {
  ...CACHING,
  'Content-Type': 'image/webp',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
};

type Params = { jobId: string; fileId: string; page: string };

/** `GET /ocr-jobs/:jobId/files/:fileId/pages/:page`: the page as a picture on which the boxes of a result lie. */
export const getPicture = (deps: QueryDeps, pictures: PagePictures): RequestHandler<Params> =>
  withContext(async (caller, request, response) => {
    const leaving = new AbortController();
    const { signal } = leaving;
    response.once('close', () => leaving.abort());
    const [jobId, fileId, page] = (['jobId', 'fileId', 'page'] as const).map((name) =>
      parseInput(idParamSchema, request.params[name], name),
    ) as [number, number, number];
    const { width, executionId } = parseInput(pictureQuerySchema, request.query);
    const whole = await openJob(deps, caller, jobId);
    const { uid, files } = whole.job;
    const file = files.find(({ id }) => id === fileId);
    if (!file) throw noSuchFile(jobId, fileId);
    const turn = await turnOf(deps, whole, { fileId, page, executionId });
    // Another release may draw it otherwise, so the tag is a weak one.
    const etag = `W/"${file.sha256}-${page}-${width}-${turn}"`;
    const asked = request.get('If-None-Match');
    const isKnown = () => {
      if (!noneMatch(asked, etag)) return false;
      response
        .status(304)
        .set({ ...CACHING, ETag: etag })
        .end();
      return true;
    };
    // Whether there is a page at all is to be seen, if any would do.
    if (asked?.trim() !== '*' && isKnown()) return;
    try {
      const picture = { caller, client: addressKey(request.ip), jobId, uid, file, page, turn, width };
      const body = await pictures.of(picture, signal);
      const stream = Buffer.isBuffer(body) ? Readable.from([body]) : body;
      const wanted = !isKnown();
      if (wanted) {
        response.status(200).setHeaders(new Map(Object.entries({ ...HEADERS, ETag: etag })));
        if (Buffer.isBuffer(body)) response.set('Content-Length', String(body.length));
      }
      if (wanted && request.method !== 'HEAD') return await sendBody(response, stream);
      stream.destroy();
      response.end();
    } catch (error) {
      // The client is gone: nobody is to be told.
      if (signal.aborted) return;
      if (error instanceof FileLostError) return refuseMissing(deps, caller, jobId, file);
      throw error;
    }
  });

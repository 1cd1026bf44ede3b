import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { idParamSchema, jobQuerySchema } from '@inkstream/contracts';
import type { Caller } from '@inkstream/domain';
import type { WholeJob } from '@inkstream/job-store';
import { parseInput, withContext } from '@inkstream/service-kit';
import type { RequestHandler, Response } from 'express';
import { openJob, staleness } from './current-job.ts';
import type { QueryDeps } from './deps.ts';
import { noneMatch } from './etag.ts';
import { toJob } from './job-answer.ts';
import type { LatestProgress, ProgressOf } from './latest-progress.ts';
import { versionOf } from './live-job.ts';
import { jobText } from './results.ts';
import { sendBody } from './send-body.ts';

/** As much of an answer is gathered before its headers are sent, UTF-16 units: a fault until then is an error answer. */
const GATHERED = 1024 * 1024;
/** How often an answer begins again since the job changed under it. */
const MAX_CHANGES = 10;

/** A result is not there any more: its file was deleted meanwhile. */
class JobChangedError extends Error {
  override readonly name = 'JobChangedError';
}

/**
 * A job's representation changes with each event of its streams, and with the progress of what runs: a client that asks
 * again and again is to see it. Replicas that were told differently answer differently, each with the tag of its answer.
 */
function etagOf(whole: WholeJob, progress: ProgressOf): string {
  const tag = `${whole.job.id}-${versionOf(whole)}`;
  if (progress.size === 0) return `W/"${tag}"`;
  const told = [...progress].map(([id, { pagesDone, pages }]) => [id, pagesDone, pages]);
  const digest = createHash('sha256').update(JSON.stringify(told)).digest('base64url').slice(0, 10);
  return `W/"${tag}-${digest}"`;
}

/** The beginning of an answer, and what follows it. */
async function begin(text: AsyncGenerator<string>): Promise<{ head: string; done: boolean }> {
  let head = '';
  while (head.length < GATHERED) {
    const { value, done } = await text.next();
    if (done) return { head, done };
    head += value;
  }
  return { head, done: false };
}

async function* continued(head: string, text: AsyncGenerator<string>): AsyncGenerator<string> {
  yield head;
  yield* text;
}

async function sendWithResults(
  deps: QueryDeps,
  latest: LatestProgress,
  caller: Caller,
  found: WholeJob,
  response: Response,
) {
  let whole = found;
  for (let changes = 0; ; changes++) {
    const current = whole;
    const progress = latest.among(current.executions);
    // A result that is missing was deleted with its file or job just now, or is lost for good.
    const text = jobText(deps, current, progress, async () => {
      whole = await openJob(deps, caller, current.job.id);
      if (versionOf(whole) !== versionOf(current) && changes < MAX_CHANGES) throw new JobChangedError();
    });
    try {
      const { head, done } = await begin(text);
      response.set('ETag', etagOf(current, progress)).type('json');
      if (done) response.send(head);
      else await sendBody(response, Readable.from(continued(head, text)));
      return;
    } catch (error) {
      if (!(error instanceof JobChangedError) || response.headersSent) throw error;
    }
  }
}

/** `GET /ocr-jobs/:id`: the job with its results, or without them with `ocrData=false`. */
export const getJob = (deps: QueryDeps, latest: LatestProgress): RequestHandler<{ id: string }> =>
  withContext(async (caller, request, response) => {
    const id = parseInput(idParamSchema, request.params.id, 'id');
    const { ocrData } = parseInput(jobQuerySchema, request.query);
    const found = await openJob(deps, caller, id);
    response.set({ 'Cache-Control': 'private, no-cache', ...staleness(found) });
    const progress = latest.among(found.executions);
    const etag = etagOf(found, progress);
    if (noneMatch(request.get('If-None-Match'), etag)) {
      response.status(304).set('ETag', etag).end();
      return;
    }
    if (ocrData === 'true') await sendWithResults(deps, latest, caller, found, response);
    else response.set('ETag', etag).json(toJob(found, progress));
  });

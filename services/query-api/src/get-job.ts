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

/** A job's representation changes with each event of its streams and nothing else. */
const etagOf = (whole: WholeJob): string => `W/"${whole.job.id}-${versionOf(whole)}"`;

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

async function sendWithResults(deps: QueryDeps, caller: Caller, found: WholeJob, response: Response) {
  let whole = found;
  for (let changes = 0; ; changes++) {
    const current = whole;
    // A result that is missing was deleted with its file or job just now, or is lost for good.
    const text = jobText(deps, current, async () => {
      whole = await openJob(deps, caller, current.job.id);
      if (versionOf(whole) !== versionOf(current) && changes < MAX_CHANGES) throw new JobChangedError();
    });
    try {
      const { head, done } = await begin(text);
      response.set('ETag', etagOf(current)).type('json');
      if (done) response.send(head);
      else await sendBody(response, Readable.from(continued(head, text)));
      return;
    } catch (error) {
      if (!(error instanceof JobChangedError) || response.headersSent) throw error;
    }
  }
}

/** `GET /ocr-jobs/:id`: the job with its results, or without them with `ocrData=false`. */
export const getJob = (deps: QueryDeps): RequestHandler<{ id: string }> =>
  withContext(async (caller, request, response) => {
    const id = parseInput(idParamSchema, request.params.id, 'id');
    const { ocrData } = parseInput(jobQuerySchema, request.query);
    const found = await openJob(deps, caller, id);
    response.set({ 'Cache-Control': 'private, no-cache', ...staleness(found) });
    if (noneMatch(request.get('If-None-Match'), etagOf(found))) {
      response.status(304).set('ETag', etagOf(found)).end();
      return;
    }
    if (ocrData === 'true') await sendWithResults(deps, caller, found, response);
    else response.set('ETag', etagOf(found)).json(toJob(found));
  });

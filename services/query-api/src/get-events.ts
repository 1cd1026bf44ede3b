import { Readable } from 'node:stream';
import { idParamSchema } from '@inkstream/contracts';
import type { WholeJob } from '@inkstream/job-store';
import { addressKey, parseInput, withContext } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import { openJob, staleness, untilListed } from './current-job.ts';
import type { QueryDeps } from './deps.ts';
import { followJob, type Heard } from './follow-job.ts';
import { toExecution, toHead, toJob } from './job-answer.ts';
import type { JobFeed } from './job-feed.ts';
import type { LatestProgress, ProgressOf } from './latest-progress.ts';
import { type Changed, changesOf, isOver, versionOf } from './live-job.ts';
import { sendBody } from './send-body.ts';
import { formatEvent, HEARTBEAT } from './server-sent-event.ts';

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // nginx and other proxies would hold the events back.
  'X-Accel-Buffering': 'no',
};

/** A change as it is sent, `before` it the job; null if a client sees nothing of it. */
function toEvent({ whole, change }: Changed, before: WholeJob, latest: LatestProgress): string | null {
  const id = versionOf(whole);
  const jobId = whole.job.id;
  const { status, updatedAt } = toHead(whole);
  const job = { status, updatedAt };
  switch (change.kind) {
    case 'execution': {
      const progress = latest.of(change.execution);
      const execution = toExecution(change.execution, { progress });
      const data = { jobId, fileId: change.execution.fileId, execution, job };
      return formatEvent({ event: 'execution', id, data });
    }
    case 'file-deleted':
      return formatEvent({ event: 'file-deleted', id, data: { jobId, fileId: change.fileId, job } });
    case 'deleted':
      // Of a deleted job no executions are left whose changes would count.
      return formatEvent({ event: 'deleted', id: `${changesOf(before) + 1}-deleted`, data: { id: jobId } });
    case 'nothing':
      return null;
    default:
      return change satisfies never;
  }
}

/**
 * How far these executions are. Without ids: a client that comes back names the last change that it has seen, and is told
 * how far they are then.
 */
function* toProgress({ job, executions }: WholeJob, progress: ProgressOf): Generator<string> {
  for (const { id: executionId, fileId } of executions) {
    const told = progress.get(executionId);
    if (told)
      yield formatEvent({ event: 'progress', data: { jobId: job.id, fileId, executionId, progress: told } });
  }
}

/** The end: where the job is, and what became of each execution. */
function toEnd(whole: WholeJob): string {
  const { id, status } = whole.job;
  const executions = whole.executions
    .filter(({ removed }) => !removed)
    .map((view) => {
      const { ocrData: _, createdAt: _c, updatedAt: _u, ...outcome } = toExecution(view);
      return { fileId: view.fileId, ...outcome };
    });
  const data = { id, status, job: `/ocr-jobs/${id}`, executions };
  return formatEvent({ event: 'end', id: versionOf(whole), data });
}

async function* eventStream(
  current: WholeJob,
  seen: string | undefined,
  latest: LatestProgress,
  changes: AsyncIterable<Heard>,
  listed: (whole: WholeJob, justNow: boolean) => Promise<unknown>,
): AsyncGenerator<string> {
  let last = current;
  // Proxies pass the headers on with the first bytes of the body.
  const progress = latest.among(current.executions);
  if (seen === versionOf(current)) {
    yield HEARTBEAT;
    yield* toProgress(current, progress);
  } else yield formatEvent({ event: 'job', id: versionOf(current), data: toJob(current, progress) });
  for await (const heard of changes) {
    if (heard === null) yield HEARTBEAT;
    else if ('further' in heard) {
      const further = last.executions.filter(({ id }) => heard.further.has(id));
      yield* toProgress(last, latest.among(further));
    } else {
      const event = toEvent(heard, last, latest);
      if (event !== null) yield event;
      last = heard.whole;
    }
  }
  if (!isOver(last) || last.job.deleted) return;
  await listed(last, last !== current);
  yield toEnd(last);
}

/**
 * `GET /ocr-jobs/:id/events`: server-sent events, whose ids begin with the number of changes of the job. `job` comes first, and holds
 * the job as it is, without `ocrData`; a client that comes back and has missed nothing (`Last-Event-ID`) is spared it.
 * Then comes what changes: `execution`, `file-deleted`; and `progress`, which has no id. `end` says that all executions
 * are final, and comes once lists show it; `deleted` that the job is gone: the stream ends with either. EventSource
 * connects again all the same, and stays away once it gets 204: nothing more will come.
 */
export function getEvents(
  deps: QueryDeps,
  feed: JobFeed,
  latest: LatestProgress,
  quietMs: number,
): RequestHandler<{ id: string }> {
  const waits = new Map<string, Promise<void>>();
  /** One look at the lists for all who follow a job, however many they are. */
  const listed = (whole: WholeJob, justNow: boolean): Promise<void> => {
    const key = `${whole.job.id}@${versionOf(whole)}`;
    const wait = waits.get(key) ?? untilListed(deps, whole.job, justNow).finally(() => waits.delete(key));
    waits.set(key, wait);
    return wait;
  };
  return withContext(async (caller, request, response) => {
    const id = parseInput(idParamSchema, request.params.id, 'id');
    // Before the streams are read, so that nothing falls between the two.
    const subscription = feed.subscribe(id, addressKey(request.ip));
    response.once('close', () => subscription.close());
    try {
      const current = await openJob(deps, caller, id);
      const seen = request.get('Last-Event-ID');
      if (seen === versionOf(current) && isOver(current)) {
        response.status(204).end();
        return;
      }
      response
        .status(200)
        .set({ ...HEADERS, ...staleness(current) })
        .flushHeaders();
      if (request.method === 'HEAD') {
        response.end();
        return;
      }
      const changes = followJob(deps.eventStore, current, subscription, quietMs);
      await sendBody(response, Readable.from(eventStream(current, seen, latest, changes, listed)));
    } finally {
      subscription.close();
    }
  });
}

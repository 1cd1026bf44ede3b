import { Readable } from 'node:stream';
import { idParamSchema } from '@inkstream/contracts';
import type { JobView } from '@inkstream/domain';
import { addressKey, parseInput } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import { noSuchJob, refuseUnread } from './current-job.ts';
import type { QueryDeps } from './deps.ts';
import { followJob, isOver, viewsAfter } from './follow-job.ts';
import { toJob } from './job-answer.ts';
import type { JobFeed } from './job-feed.ts';
import { sendBody } from './send-body.ts';
import { formatEvent, HEARTBEAT, lastEventId } from './server-sent-event.ts';

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // nginx and its kin would hold the events back.
  'X-Accel-Buffering': 'no',
};

function toEvent(view: JobView): string {
  const { id, revision } = view;
  return view.deleted
    ? formatEvent({ event: 'deleted', id: revision, data: { id } })
    : formatEvent({ event: 'job', id: revision, data: toJob(view, new Map()) });
}

async function* eventStream(
  backlog: readonly JobView[],
  current: JobView,
  further: AsyncIterable<JobView | null>,
): AsyncGenerator<string> {
  let last = current;
  // Proxies pass the headers on with the first bytes of the body.
  if (backlog.length === 0) yield HEARTBEAT;
  for (const view of backlog) yield toEvent(view);
  for await (const view of further) {
    yield view ? toEvent(view) : HEARTBEAT;
    last = view ?? last;
  }
  if (isOver(last) && !last.deleted)
    yield formatEvent({ event: 'end', id: last.revision, data: { id: last.id, status: last.status } });
}

/**
 * `GET /ocr-jobs/:id/events`: server-sent events, whose ids are revisions. `job` holds the job (without `ocrData`),
 * first as it is now, then after each change; a client that comes back gets what followed its `Last-Event-ID`.
 * `end` says that all executions are final, `deleted` that the job is gone: the stream ends with either. EventSource
 * connects again all the same, and stays away once it gets 204: nothing is to come.
 */
export const getEvents =
  ({ eventStore }: QueryDeps, feed: JobFeed, quietMs: number): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const id = parseInput(idParamSchema, request.params.id, 'id');
    // Before the stream is read, so that nothing falls between the two.
    const subscription = feed.subscribe(id, addressKey(request.ip));
    response.once('close', () => subscription.close());
    try {
      const views = await viewsAfter(eventStore, id, null);
      const current = views.at(-1);
      if (!current) return await refuseUnread(eventStore, id);
      if (current.deleted) throw noSuchJob(id);
      const seen = lastEventId(request.get('Last-Event-ID'), current.revision);
      if (seen === current.revision && isOver(current)) {
        response.status(204).end();
        return;
      }
      response.status(200).set(HEADERS).flushHeaders();
      if (request.method === 'HEAD') {
        response.end();
        return;
      }
      const backlog = seen === null ? [current] : views.filter(({ revision }) => revision > seen);
      const further = followJob(eventStore, current, subscription, quietMs);
      await sendBody(response, Readable.from(eventStream(backlog, current, further)));
    } finally {
      subscription.close();
    }
  };

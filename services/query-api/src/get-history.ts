import { idParamSchema } from '@inkstream/contracts';
import type { RecordedJobEvent } from '@inkstream/domain';
import { readJobEvents } from '@inkstream/job-store';
import { parseInput } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import { noSuchJob, refuseUnread } from './current-job.ts';
import type { QueryDeps } from './deps.ts';
import { publicHistoryData } from './public-history.ts';

const toHistoryEvent = (event: RecordedJobEvent) => ({
  revision: event.revision,
  type: event.type,
  recordedAt: event.recordedAt,
  data: publicHistoryData(event),
});

/** `GET /ocr-jobs/:id/history`: the job's events, in today's shape, as far as they concern clients. */
export const getHistory =
  ({ eventStore }: QueryDeps): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const id = parseInput(idParamSchema, request.params.id, 'id');
    const events: RecordedJobEvent[] = [];
    for await (const event of readJobEvents(eventStore, id)) events.push(event);
    if (events.length === 0) await refuseUnread(eventStore, id);
    if (events.at(-1)?.type === 'JobDeleted') throw noSuchJob(id);
    response.set('Cache-Control', 'private, no-cache').json({ data: events.map(toHistoryEvent) });
  };

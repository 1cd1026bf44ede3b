import { type History, idParamSchema } from '@inkstream/contracts';
import type { RecordedDomainEvent } from '@inkstream/domain';
import { isOfExecution, readExecutionEvents, readJobEvents } from '@inkstream/job-store';
import { parseInput, withContext } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import { noSuchJob, openJob } from './current-job.ts';
import type { QueryDeps } from './deps.ts';
import { publicHistoryData } from './public-history.ts';

type HistoryEvent = History['data'][number];

const toHistoryEvent = (event: RecordedDomainEvent): HistoryEvent => ({
  ...(isOfExecution(event) && { executionId: event.executionId }),
  revision: event.revision,
  type: event.type,
  recordedAt: event.recordedAt,
  data: publicHistoryData(event),
});

/** Events of several streams in the order of their times; each stream keeps its own order. */
const inOrder = (streams: readonly RecordedDomainEvent[][]): RecordedDomainEvent[] =>
  streams.flat().sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : Number(a.recordedAt > b.recordedAt)));

/** `GET /ocr-jobs/:id/history`: what happened to a job and its executions, in today's shape. */
export const getHistory = (deps: QueryDeps): RequestHandler<{ id: string }> =>
  withContext(async (caller, request, response) => {
    const id = parseInput(idParamSchema, request.params.id, 'id');
    const { executions } = await openJob(deps, caller, id);
    const streams: RecordedDomainEvent[][] = [await Array.fromAsync(readJobEvents(deps.eventStore, id))];
    if (streams[0]?.at(-1)?.type === 'JobDeleted') throw noSuchJob(id);
    for (const { id: executionId } of executions)
      streams.push(await Array.fromAsync(readExecutionEvents(deps.eventStore, { jobId: id, executionId })));
    const history: History = { data: inOrder(streams).map(toHistoryEvent) };
    response.set('Cache-Control', 'private, no-cache').json(history);
  });

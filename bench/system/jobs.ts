import {
  type DomainEvent,
  type ExecutionView,
  executionStream,
  foldExecution,
  foldJob,
  type JobRecord,
  type JobView,
  jobStream,
  type RecordedDomainEvent,
  viewRequested,
} from '@inkstream/domain';
import { type AppendContext, isOfExecution, isOfJob, wholeJobOf } from '@inkstream/job-store';

export const PROVIDER = 'paddle-ocr-local';

/** The uid of such a job. */
export const uidOf = (id: number): string => `01936000-0000-7000-8000-${String(id).padStart(12, '0')}`;

/** What the events of a job are appended with. */
export const contextOf = (id: number): AppendContext => ({
  uid: uidOf(id),
  caller: { tenant: 'default', actor: 'anonymous', requestId: `bench-${id}` },
});

/** What happens to a job with one receipt, by stream. */
const historyOf = (id: number): { readonly job: DomainEvent[]; readonly execution: DomainEvent[] } => {
  const prefix = `jobs/${uidOf(id)}`;
  const document = {
    mimeType: 'image/jpeg',
    bytes: 100_000,
    sha256: '0'.repeat(64),
    storageKey: `${prefix}/files/1`,
  };
  const file = { id: 1, originalName: `receipt ${id}.jpg`, ...document };
  const name = `Receipts of day ${id}`;
  return {
    job: [
      { type: 'JobSubmitted', data: { uid: uidOf(id), tenant: 'default', name, files: [file] } },
      { type: 'ExecutionRequested', data: { executionId: 1, fileId: 1, provider: PROVIDER, document } },
    ],
    execution: [
      { type: 'ExecutionStarted', data: { attempt: 1, worker: 'bench' } },
      {
        type: 'ExecutionCompleted',
        data: {
          attempt: 1,
          resultKey: `${prefix}/executions/1/result-1.json`,
          resultBytes: 2,
          resultSha256: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
          pages: 1,
          model: 'bench',
          durationMs: 400,
        },
      },
    ],
  };
};

/** The streams of a job with one receipt, read: two events in each. */
export function streamsOf(id: number): { readonly stream: string; readonly events: DomainEvent[] }[] {
  const { job, execution } = historyOf(id);
  return [
    { stream: jobStream(id), events: job },
    { stream: executionStream({ jobId: id, executionId: 1 }), events: execution },
  ];
}

/** The events of such a job, in their order: four of them. */
export function eventsOf(id: number): RecordedDomainEvent[] {
  const { uid, caller } = contextOf(id);
  const { job, execution } = historyOf(id);
  return [...job, ...execution].map((event, n) => {
    const recordedAt = new Date(Date.UTC(2026, 0, 1) + id * 1_000 + n).toISOString();
    const own = n < job.length ? {} : { executionId: 1 };
    const revision = n % job.length;
    return { ...event, ...own, jobId: id, uid, caller, revision, recordedAt, schemaVersion: 1 };
  }) as RecordedDomainEvent[];
}

/** The documents of such a job, after the first so many of its events: all four, if nothing else is said. */
export function viewsOf(id: number, count = 4): { readonly job: JobView; readonly execution: ExecutionView } {
  const events = eventsOf(id).slice(0, count);
  const record = events.filter(isOfJob).reduce<JobRecord | null>(foldJob, null);
  const request = events.filter(isOfJob).find((event) => event.type === 'ExecutionRequested');
  if (!record || !request) throw new Error('a job without an execution');
  const execution = events.filter(isOfExecution).reduce(foldExecution, viewRequested(request));
  return { job: wholeJobOf(record, [execution]).job, execution };
}

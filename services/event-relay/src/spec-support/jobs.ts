import { DOMAIN_STREAM_PREFIX, type Priority, type RecordedDomainEvent } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { executeOnExecution, executeOnJob, fromStored } from '@inkstream/job-store';

export const caller = { tenant: 'default', actor: 'test', requestId: 'test' };

export const uidOf = (jobId: number) => `0193b3c0-0000-7000-8000-${String(jobId).padStart(12, '0')}`;

const file = (provider: string) => ({
  originalName: 'receipt.png',
  mimeType: 'image/png',
  bytes: 1,
  sha256: '0'.repeat(64),
  storageKey: 'jobs/u/files/1',
  providers: [provider],
});

/** What an ExecutionRequested holds of such a file. */
export const document = {
  mimeType: 'image/png',
  bytes: 1,
  sha256: '0'.repeat(64),
  storageKey: 'jobs/u/files/1',
};

/** Submits a job with a file for each of the providers. */
export const submitJob = (
  store: EventStore,
  jobId: number,
  providers: readonly string[],
  { traceparent, priority }: { traceparent?: string; priority?: Priority } = {},
) =>
  executeOnJob(
    store,
    jobId,
    {
      type: 'SubmitJob',
      uid: uidOf(jobId),
      tenant: caller.tenant,
      name: `Job ${jobId}`,
      files: providers.map(file),
      priority,
    },
    { caller, traceparent },
  );

export const beginExecution = (store: EventStore, jobId: number, executionId = 1) =>
  executeOnExecution(
    store,
    { jobId, executionId },
    { type: 'StartExecution', attempt: 1, worker: 'w' },
    { uid: uidOf(jobId), caller },
  );

/** Every committed event, job by job, those of each in the order of the log. */
export async function committedEvents(store: EventStore): Promise<RecordedDomainEvent[]> {
  const events: RecordedDomainEvent[] = [];
  const { signal } = new AbortController();
  for await (const { event, caughtUp } of store.subscribe({ streamPrefix: DOMAIN_STREAM_PREFIX, signal })) {
    if (event) events.push(fromStored(event));
    if (caughtUp) break;
  }
  return events.sort((a, b) => a.jobId - b.jobId);
}

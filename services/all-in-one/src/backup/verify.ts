import { createHash } from 'node:crypto';
import { JOB_STREAM_PREFIX, subjectOf } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { inParallel, readWholeJob } from '@inkstream/job-store';
import { ObjectNotFoundError, type ObjectStore } from '@inkstream/object-store';
import { eachBatch } from './each-batch.ts';

export interface VerifyDeps {
  readonly eventStore: EventStore;
  readonly objects: Pick<ObjectStore, 'get'>;
}

/** What was read, and how much of it is not what the events say. */
export interface Verified {
  readonly jobs: number;
  readonly objects: number;
  readonly bytes: number;
  readonly faults: number;
}

/** An object that an event names: SHA-256 in lower-case hex. */
interface Named {
  readonly jobId: number;
  readonly key: string;
  readonly sha256: string;
}

const BATCH = 32;

/** The ids of all jobs that the log has the submission of, in its order. */
async function* submitted(eventStore: EventStore): AsyncGenerator<number> {
  const { signal } = new AbortController();
  for await (const { event, caughtUp } of eventStore.subscribe({ streamPrefix: JOB_STREAM_PREFIX, signal })) {
    const subject = event?.type === 'JobSubmitted' ? subjectOf(event.stream) : null;
    if (subject) yield subject.jobId;
    if (caughtUp) return;
  }
}

/** The documents and results of a job that clients can ask for. */
async function objectsOf(eventStore: EventStore, jobId: number): Promise<Named[]> {
  const whole = await readWholeJob(eventStore, jobId);
  if (!whole || whole.job.deleted) return [];
  return [
    ...whole.job.files.map(({ storageKey: key, sha256 }) => ({ jobId, key, sha256 })),
    ...whole.executions.flatMap(({ result }) =>
      result ? [{ jobId, key: result.resultKey, sha256: result.resultSha256 }] : [],
    ),
  ];
}

/**
 * Reads each document and result that the event store names, and writes a line for each that is missing or has other bytes:
 * what, id of the job, key, between tabs. In flat memory, beside running services or without any.
 */
export async function verify(
  { eventStore, objects }: VerifyDeps,
  write: (line: string) => void,
): Promise<Verified> {
  let [jobs, read, bytes, faults] = [0, 0, 0, 0];
  const fault = ({ jobId, key }: Named, what: 'missing' | 'damaged') => {
    faults++;
    write([what, jobId, key].join('\t'));
  };
  const check = async (named: Named) => {
    try {
      const hash = createHash('sha256');
      for await (const chunk of await objects.get(named.key)) {
        hash.update(chunk);
        bytes += chunk.length;
      }
      read++;
      if (hash.digest('hex') !== named.sha256) fault(named, 'damaged');
    } catch (error) {
      if (!(error instanceof ObjectNotFoundError)) throw error;
      fault(named, 'missing');
    }
  };
  await eachBatch(submitted(eventStore), BATCH, async (ids) => {
    await inParallel(ids, async (id) => {
      for (const named of await objectsOf(eventStore, id)) await check(named);
    });
    jobs += ids.length;
  });
  return { jobs, objects: read, bytes, faults };
}

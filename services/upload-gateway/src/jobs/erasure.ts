import { setTimeout as sleep } from 'node:timers/promises';
import { DEAD_LETTER_TOPIC, DELETIONS_TOPIC } from '@inkstream/contracts';
import {
  executionObjects,
  jobObjects,
  jobStream,
  type OpenJob,
  type RecordedJobEvent,
} from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { lastEventOfJob, newJob, readJob } from '@inkstream/job-store';
import type { Consumer, MessageBus } from '@inkstream/message-bus';
import type { ObjectStore } from '@inkstream/object-store';
import { EventLostError, jobEventOf, type Logger, type Running, unlessLost } from '@inkstream/service-kit';

const RETRY_MS = 1_000;

export interface ErasureStores {
  readonly eventStore: EventStore;
  readonly objects: ObjectStore;
}

/** Removes every byte of a deleted job; of its stream nothing but the deletion, at this revision, is kept, and fences. */
export async function eraseJob({ eventStore, objects }: ErasureStores, jobId: number, deletedAt: number) {
  await objects.deletePrefix(jobObjects(jobId));
  await eventStore.truncate(jobStream(jobId), deletedAt);
}

/** Removes every byte of a deleted file and of its results, from a job that lives on. */
export async function eraseFile({ objects }: ErasureStores, jobId: number, fileId: number, job: OpenJob) {
  const file = job.files.get(fileId);
  if (!file?.deleted) return;
  await objects.delete(file.storageKey);
  for (const execution of job.executions.values())
    if (execution.fileId === fileId) await objects.deletePrefix(executionObjects(jobId, execution.id));
}

/**
 * Erases what the job's stream says is deleted. A message alone is no proof: after an older log was restored its job may
 * be another one, which lives.
 */
async function eraseDeleted(stores: ErasureStores, event: RecordedJobEvent): Promise<void> {
  const { jobId, revision } = event;
  if (event.type === 'JobDeleted') {
    const last = await lastEventOfJob(stores.eventStore, jobId, { atLeast: revision });
    if (typeof last === 'string' || last.type !== 'JobDeleted') throw new EventLostError(event);
    await eraseJob(stores, jobId, last.revision);
  }
  if (event.type === 'FileDeleted') {
    const { state } = await readJob(stores.eventStore, jobId, newJob, revision);
    // The whole job was deleted since: its own message follows.
    if (state.status === 'deleted') return;
    const file = state.status === 'open' ? state.files.get(event.data.fileId) : undefined;
    if (state.status !== 'open' || !file?.deleted) throw new EventLostError(event);
    await eraseFile(stores, jobId, file.id, state);
  }
}

const consumeDeletions = (bus: MessageBus, stores: ErasureStores, log: Logger): Promise<Consumer> =>
  bus.consume({
    topic: DELETIONS_TOPIC,
    group: 'content-eraser',
    concurrency: 8,
    deadLetterTopic: DEAD_LETTER_TOPIC,
    async handler(message) {
      const event = jobEventOf(message);
      await unlessLost({ ...stores, log }, message, event, () => eraseDeleted(stores, event));
    },
  });

/**
 * Erases whatever was deleted, once more: a crash between a deletion and its erasure is repaired so. Begins by itself
 * once the bus lets it, which may take a while: a group waits until its dead members count as dead.
 */
export function startContentEraser(bus: MessageBus, stores: ErasureStores, log: Logger): Running {
  const closing = new AbortController();
  const { signal } = closing;
  async function begin(): Promise<Consumer | undefined> {
    while (!signal.aborted) {
      try {
        return await consumeDeletions(bus, stores, log);
      } catch (err) {
        log.warn({ err, retryInMs: RETRY_MS }, 'the content eraser could not begin');
        await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
      }
    }
    return undefined;
  }
  const begun = begin();
  return {
    async close() {
      closing.abort();
      await (await begun)?.close();
    },
  };
}

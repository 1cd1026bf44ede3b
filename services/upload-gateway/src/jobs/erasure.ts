import { setTimeout as sleep } from 'node:timers/promises';
import { DEAD_LETTER_TOPIC, DELETIONS_TOPIC } from '@inkstream/contracts';
import { executionObjects, jobObjects, jobStream, type OpenJob } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { readJob } from '@inkstream/job-store';
import type { Consumer, MessageBus } from '@inkstream/message-bus';
import type { ObjectStore } from '@inkstream/object-store';
import { jobEventOf, type Logger, type Running } from '@inkstream/service-kit';

const RETRY_MS = 1_000;

export interface ErasureStores {
  readonly eventStore: EventStore;
  readonly objects: ObjectStore;
}

/** Removes every byte of a deleted job; of its stream nothing but the deletion, at this revision, is kept. */
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

const consumeDeletions = (bus: MessageBus, stores: ErasureStores): Promise<Consumer> =>
  bus.consume({
    topic: DELETIONS_TOPIC,
    group: 'content-eraser',
    concurrency: 8,
    deadLetterTopic: DEAD_LETTER_TOPIC,
    async handler(message) {
      const event = jobEventOf(message);
      if (event.type === 'JobDeleted') await eraseJob(stores, event.jobId, event.revision);
      if (event.type !== 'FileDeleted') return;
      const { state } = await readJob(stores.eventStore, event.jobId);
      if (state.status === 'open') await eraseFile(stores, event.jobId, event.data.fileId, state);
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
        return await consumeDeletions(bus, stores);
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

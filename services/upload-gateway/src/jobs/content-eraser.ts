import { setTimeout as sleep } from 'node:timers/promises';
import { DEAD_LETTER_TOPIC, DELETIONS_TOPIC } from '@inkstream/contracts';
import type { RecordedDomainEvent } from '@inkstream/domain';
import { fromStored, type KnownJobs, lastEventOfJob } from '@inkstream/job-store';
import type { Consumer, MessageBus } from '@inkstream/message-bus';
import { EventLostError, type Logger, type Running, takeEvent } from '@inkstream/service-kit';
import { type ErasureStores, eraseFile, eraseJob } from './erasure.ts';

const RETRY_MS = 1_000;

interface EraserDeps extends ErasureStores {
  readonly jobs: KnownJobs;
}

/**
 * Erases what the job's stream says is deleted. A message alone is no proof: after an older log was restored the job
 * may still live, or its id may be another job's, as its uid shows.
 */
async function eraseDeleted(stores: EraserDeps, event: RecordedDomainEvent): Promise<void> {
  const { jobId, uid, revision, caller } = event;
  if (event.type === 'JobDeleted') {
    const last = await lastEventOfJob(stores.eventStore, jobId, { atLeast: revision });
    const deletion = typeof last === 'string' ? undefined : fromStored(last);
    if (deletion?.type !== 'JobDeleted' || deletion.uid !== uid) throw new EventLostError(event);
    await eraseJob(stores, { jobId, caller, ...deletion.data, uid, deletedAt: deletion.revision });
  }
  if (event.type === 'FileDeleted') {
    const { fileId, reason } = event.data;
    const { state: job } = await stores.jobs.read(jobId, { atLeast: revision });
    if (!('uid' in job) || job.uid !== uid) throw new EventLostError(event);
    // The whole job was deleted since: its own message follows.
    if (job.status === 'deleted') return;
    if (!job.files.some(({ id, deleted }) => id === fileId && deleted)) throw new EventLostError(event);
    await eraseFile(stores, { jobId, fileId, job, reason, caller });
  }
}

const consumeDeletions = (bus: MessageBus, stores: EraserDeps, log: Logger): Promise<Consumer> =>
  bus.consume({
    topic: DELETIONS_TOPIC,
    group: 'content-eraser',
    concurrency: 8,
    deadLetterTopic: DEAD_LETTER_TOPIC,
    handler: (message) => takeEvent({ ...stores, log }, message, (event) => eraseDeleted(stores, event)),
  });

/**
 * Erases whatever was deleted, once more: that repairs a crash between a deletion and its erasure. Begins by itself
 * once the bus lets it, which may take a while: a group waits until its dead members count as dead.
 */
export function startContentEraser(bus: MessageBus, stores: EraserDeps, log: Logger): Running {
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

import { isFinal, PASSWORDS } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { type KnownJob, ownerOfPassword, readExecution, readJob } from '@inkstream/job-store';
import type { ObjectStore } from '@inkstream/object-store';
import { assertTurn } from './duty.ts';

export interface PasswordSweepDeps {
  readonly eventStore: EventStore;
  readonly objects: Pick<ObjectStore, 'list' | 'delete'>;
  /** No execution lasts longer than this, ms, so that no password is needed for longer. */
  readonly deadlineMs: number;
  readonly mayAct: () => boolean;
}

/**
 * Removes the passwords that outlived their executions, since whoever ended one died before it had erased its password,
 * or is of a release that knows of none; and those that are older than any execution may be, since whoever stored one died
 * before it had asked for anything. Every other one is of an execution that has not ended.
 *
 * That an execution has ended, or its job is deleted, is an event that was read; that nothing is known of one proves
 * nothing.
 *
 * @returns how many it removed.
 */
export async function sweepPasswords(
  { eventStore, objects, deadlineMs, mayAct }: PasswordSweepDeps,
  now: Date,
  signal: AbortSignal,
): Promise<number> {
  let last: { readonly jobId: number; readonly job: KnownJob['state'] } | undefined;
  const isNeeded = async (key: string): Promise<boolean> => {
    const owner = ownerOfPassword(key);
    if (!owner) return true;
    const { uid, jobId } = owner;
    if (last?.jobId !== jobId) last = { jobId, job: (await readJob(eventStore, jobId)).state };
    const { job } = last;
    if (!('uid' in job) || job.uid !== uid) return true;
    if (job.status === 'deleted') return false;
    const asked = job.executions.find(({ passwordKey }) => passwordKey === key);
    if (!asked) return true;
    const { state } = await readExecution(eventStore, { jobId, executionId: asked.id }, { uid });
    return !isFinal(state.status);
  };
  let removed = 0;
  for await (const { key, modifiedAt } of objects.list(PASSWORDS)) {
    signal.throwIfAborted();
    assertTurn(mayAct);
    const isOld = now.getTime() - Date.parse(modifiedAt) > deadlineMs;
    if (!isOld && (await isNeeded(key))) continue;
    await objects.delete(key);
    removed++;
  }
  return removed;
}

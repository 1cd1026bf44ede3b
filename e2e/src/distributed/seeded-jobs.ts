import type { ExecutionCommand, JobCommand } from '@inkstream/domain';
import { eraseExecutions, executeOnExecution, executeOnJob, newJob } from '@inkstream/job-store';
import type { Backends } from '@inkstream/service-kit';

type EventStore = Backends['eventStore'];

/** Above all ids that uploads get. */
const FIRST_ID = 1_000_000;
const AT_ONCE = 16;
/** Runs nowhere, so that the jobs stay as they are. */
const PROVIDER = 'nobody';
const caller = { tenant: 'default', actor: 'a test', requestId: 'a-test' };

/** The name of a seeded job begins so, and that of no other. */
export const SEEDED = 'Seeded';

const uidOf = (jobId: number): string => `0193b1c4-0000-7000-8000-${String(jobId).padStart(12, '0')}`;

/** Submits a job past the API, with one file, of which there are no bytes. */
export async function submitJob(store: EventStore, id: number, name: string): Promise<void> {
  const file = {
    originalName: `${id}.png`,
    mimeType: 'image/png',
    bytes: 1,
    sha256: '0'.repeat(64),
    storageKey: `jobs/${uidOf(id)}/files/1`,
    providers: [PROVIDER],
  };
  const command: JobCommand = {
    type: 'SubmitJob',
    uid: uidOf(id),
    tenant: caller.tenant,
    name,
    files: [file],
  };
  await executeOnJob(store, id, command, { known: newJob, caller });
}

/** Does something to the one execution of such a job. */
export const onExecution = (store: EventStore, jobId: number, command: ExecutionCommand) =>
  executeOnExecution(store, { jobId, executionId: 1 }, command, { uid: uidOf(jobId), caller });

/** Deletes such a job. */
async function removeJob(store: EventStore, jobId: number): Promise<void> {
  const reason = 'by a test';
  const command: JobCommand = { type: 'DeleteJob', executions: new Map(), force: true, reason };
  await executeOnJob(store, jobId, command, { caller });
  await eraseExecutions(store, jobId, [1], reason, { uid: uidOf(jobId), caller });
}

const start: ExecutionCommand = { type: 'StartExecution', attempt: 1, worker: 'a test' };
const fail: ExecutionCommand = {
  type: 'FailExecution',
  attempt: 1,
  error: { code: 'corrupt_document', message: 'says the test' },
};
/** What becomes of a job: pending, running, failed, deleted. */
const LIVES: readonly (readonly ExecutionCommand[])[] = [[], [start], [start, fail], [start, fail]];
const isDeleted = (n: number) => n % LIVES.length === LIVES.length - 1;

export interface SeededJobs {
  readonly open: readonly number[];
  readonly deleted: readonly number[];
}

/** Submits jobs past the API, as many of each kind: pending ones, running, failed and deleted ones. */
export async function seedJobs(store: EventStore, count: number): Promise<SeededJobs> {
  const numbers = Array.from({ length: count }, (_, n) => n);
  const idOf = (n: number) => FIRST_ID + n;
  const queue = numbers.values();
  const work = async () => {
    for (const n of queue) {
      await submitJob(store, idOf(n), `${SEEDED} ${String(n).padStart(4, '0')}`);
      for (const command of LIVES[n % LIVES.length] ?? []) await onExecution(store, idOf(n), command);
      if (isDeleted(n)) await removeJob(store, idOf(n));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return {
    open: numbers.filter((n) => !isDeleted(n)).map(idOf),
    deleted: numbers.filter(isDeleted).map(idOf),
  };
}

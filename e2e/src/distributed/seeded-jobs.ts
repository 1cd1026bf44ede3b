import type { JobCommand } from '@inkstream/domain';
import { execute, newJob } from '@inkstream/job-store';
import type { Engines } from '@inkstream/service-kit';

/** Above all ids that uploads get. */
const FIRST_ID = 1_000_000;
const AT_ONCE = 16;
/** Runs nowhere, so that the jobs stay as they are. */
const PROVIDER = 'nobody';

/** The name of a seeded job begins so, and that of no other. */
export const SEEDED = 'Seeded';

/** The command for a new job with one file, of which there are no bytes. */
export const submitJob = (id: number, name: string): JobCommand => ({
  type: 'SubmitJob',
  name,
  files: [
    {
      originalName: `${id}.png`,
      mimeType: 'image/png',
      bytes: 1,
      sha256: '0'.repeat(64),
      storageKey: `jobs/${id}/files/1`,
      provider: PROVIDER,
    },
  ],
});

const start: JobCommand = { type: 'StartExecution', executionId: 1, attempt: 1, worker: 'a test' };
const fail: JobCommand = {
  type: 'FailExecution',
  executionId: 1,
  attempt: 1,
  error: { code: 'corrupt_document', message: 'says the test' },
};
const remove: JobCommand = { type: 'DeleteJob', force: true, reason: 'by a test' };
/** What becomes of a job: pending, running, failed, deleted. */
const LIVES: readonly (readonly JobCommand[])[] = [[], [start], [start, fail], [start, fail, remove]];

export interface SeededJobs {
  readonly open: readonly number[];
  readonly deleted: readonly number[];
}

/** Submits jobs past the API, as many of each kind: pending ones, running, failed and deleted ones. */
export async function seedJobs(store: Engines['eventStore'], count: number): Promise<SeededJobs> {
  const numbers = Array.from({ length: count }, (_, n) => n);
  const isDeleted = (n: number) => LIVES[n % LIVES.length]?.includes(remove) === true;
  const idOf = (n: number) => FIRST_ID + n;
  const queue = numbers.values();
  const work = async () => {
    for (const n of queue) {
      const name = `${SEEDED} ${String(n).padStart(4, '0')}`;
      await execute(store, idOf(n), submitJob(idOf(n), name), { known: newJob });
      for (const command of LIVES[n % LIVES.length] ?? []) await execute(store, idOf(n), command);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return {
    open: numbers.filter((n) => !isDeleted(n)).map(idOf),
    deleted: numbers.filter(isDeleted).map(idOf),
  };
}

import type { ExecutionCommand } from '@inkstream/domain';
import type { Backends } from '@inkstream/service-kit';
import { onExecution, submitJob } from './seeded-jobs.ts';

/** Above all ids of seeded jobs. */
const FIRST_ID = 2_000_000;
const AT_ONCE = 4;

/** Jobs whose execution begins and is put off, again and again. */
export interface RestlessJobs {
  readonly ids: readonly number[];
  /** One event after another, round and round the jobs, for as long as the work lasts. */
  during<T>(work: Promise<T>): Promise<T>;
}

const turn = (n: number): ExecutionCommand =>
  n % 2 === 0
    ? { type: 'StartExecution', attempt: n / 2 + 1, worker: 'a test' }
    : {
        type: 'ScheduleRetry',
        attempt: (n + 1) / 2,
        error: { code: 'timeout', message: 'says the test' },
        notBefore: '2030-01-01T00:00:00.000Z',
      };

/** Submits so many of them. */
export async function restlessJobs(store: Backends['eventStore'], count: number): Promise<RestlessJobs> {
  const ids = Array.from({ length: count }, (_, n) => FIRST_ID + n);
  await Promise.all(ids.map((id) => submitJob(store, id, 'restless')));
  const turns = new Map(ids.map((id) => [id, 0]));
  return {
    ids,
    async during(work) {
      let lasts = true;
      const end = () => {
        lasts = false;
      };
      work.then(end, end);
      /** Jobs that no other writer has. */
      const write = async (own: readonly number[]) => {
        for (let n = 0; lasts; n++) {
          const id = own[n % own.length] ?? 0;
          const done = turns.get(id) ?? 0;
          await onExecution(store, id, turn(done));
          turns.set(id, done + 1);
        }
      };
      const writers = Array.from({ length: AT_ONCE }, (_, writer) =>
        write(ids.filter((id) => id % AT_ONCE === writer)),
      );
      const [result] = await Promise.all([work, ...writers]);
      return result;
    },
  };
}

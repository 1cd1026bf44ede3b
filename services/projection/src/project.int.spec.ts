import { fromMessage } from '@inkstream/contracts';
import type { JobView } from '@inkstream/domain';
import { readJobView } from '@inkstream/job-store';
import type { Documents } from '@inkstream/read-model';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { project } from './project.ts';
import { commit, history, messagesOf, openTestEngines } from './spec-support/jobs.ts';

describe('projecting events', () => {
  let engines: Awaited<ReturnType<typeof openTestEngines>>;
  beforeEach(async () => {
    engines = await openTestEngines();
  });
  afterEach(() => engines.remove());

  const eventsOf = async (id: number) => (await messagesOf(engines.eventStore, id)).map(fromMessage);

  it('makes the same documents of any batches of the events, with others ahead or not', async () => {
    const job = fc.array(fc.nat({ max: 1_000 }), { maxLength: 25 });
    let id = 0;
    await fc.assert(
      fc.asyncProperty(fc.tuple(job, job), fc.infiniteStream(fc.nat()), async (jobs, random) => {
        const next = () => random.next().value;
        const ids = jobs.map(() => ++id);
        await Promise.all(
          ids.map((one, n) => commit(engines.eventStore, one, history(`Job ${one}`, jobs[n] ?? []))),
        );
        const events = (await Promise.all(ids.map(eventsOf))).flat();
        const shuffled = events
          .flatMap((event) => (next() % 3 ? [event] : [event, event]))
          .map((event) => ({ event, at: next() }))
          .sort((a, b) => a.at - b.at);
        const batches = Map.groupBy(shuffled, () => next() % 4).values();
        for (const batch of batches) {
          const own = batch.map(({ event }) => event);
          const { failures } = await project(engines.readModel, engines.eventStore, own, {
            ahead: next() % 2 === 0,
          });
          expect(failures.size).toBe(0);
        }
        const truth = await Promise.all(ids.map((one) => readJobView(engines.eventStore, one)));
        expect([...(await engines.readModel.get(ids)).values()]).toEqual(truth);
      }),
      { numRuns: 25 },
    );
  });

  it('tries again over the document of another writer that was faster', async () => {
    await commit(engines.eventStore, 1, history('Job', [0, 4]));
    const events = await eventsOf(1);
    const { readModel } = engines;
    let races = 0;
    const raced: Documents = {
      get: (ids) => readModel.get(ids),
      async replace(replacements) {
        if (races++ === 0) await project(readModel, engines.eventStore, events.slice(0, 2));
        return readModel.replace(replacements);
      },
    };
    expect((await project(raced, engines.eventStore, events)).added).toBe(0);
    expect(races).toBe(2);
    expect((await readModel.get([1])).get(1)).toEqual(await readJobView(engines.eventStore, 1));
  });

  it('gives up where every race is lost', async () => {
    await commit(engines.eventStore, 1, history('Job', []));
    const get = vi.fn(async () => new Map<number, JobView>());
    const lost: Documents = { get, replace: async (replacements) => replacements.map(() => false) };
    const { failures } = await project(lost, engines.eventStore, await eventsOf(1));
    expect(failures.get(1)).toBeInstanceOf(Error);
    expect(get.mock.calls.length).toBeLessThan(100);
  });

  it('fails a job whose event is not in the event store, and no other', async () => {
    await commit(engines.eventStore, 1, history('Job', [0]));
    await commit(engines.eventStore, 2, history('Job', [0]));
    const [first, ...rest] = await eventsOf(1);
    const stray = { ...rest.at(-1)!, revision: 99 };
    const { failures, added } = await project(engines.readModel, engines.eventStore, [
      first!,
      stray,
      ...(await eventsOf(2)),
    ]);
    expect([...failures.keys()]).toEqual([1]);
    expect(added).toBe(2);
    expect((await readJobView(engines.eventStore, 2))?.revision).toBe(3);
  });
});

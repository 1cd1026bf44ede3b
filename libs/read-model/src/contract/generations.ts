import { describe, expect, it } from 'vitest';
import {
  addExecutions,
  addJobs,
  allIds,
  type Current,
  execution,
  job,
  jobIn,
  jobQuery,
  putJob,
  walkExecutions,
} from './subject.ts';

/** How the documents are rebuilt while they serve. */
export function generationsContract(current: Current): void {
  describe('generations', () => {
    it('shows a generation only once it is active, and then nothing of the one before', async () => {
      const { model } = current;
      await addJobs(model, job(1), job(2));
      await addExecutions(model, execution(1, 1), execution(2, 1));
      const next = await model.startGeneration();
      await addJobs(next, job(2, { name: 'rebuilt' }));
      await addExecutions(next, execution(2, 1, { status: 'running' }), execution(2, 2));
      expect(await allIds(model)).toEqual([1, 2]);
      expect((await model.executionsOf(2)).map(({ view }) => view.status)).toEqual(['pending']);
      expect(await jobIn(next, 1)).toBeUndefined();
      expect((await jobIn(next, 2))?.name).toBe('rebuilt');
      expect((await next.summarise([2])).get(2)?.tally).toMatchObject({ pending: 1, running: 1 });
      await next.activate();
      expect(await allIds(model)).toEqual([2]);
      expect(await walkExecutions(model, {})).toEqual([
        [2, 2],
        [2, 1],
      ]);
      const { data, total } = await model.listJobs(jobQuery());
      expect([data[0]?.name, total]).toEqual(['rebuilt', 1]);
      await next.discard();
      expect(await allIds(model)).toEqual([2]);
      await putJob(model, job(2, { revision: 2 }));
    });

    it('writes nothing over a document that was read in the generation before', async () => {
      const { model } = current;
      await addJobs(model, job(1));
      await addExecutions(model, execution(1, 1));
      const overJob = (await model.getJobs([1])).get(1)!.version;
      const overExecution = (await model.executionsOf(1))[0]!.version;
      const next = await model.startGeneration();
      await addJobs(next, job(1, { revision: 5 }));
      await addExecutions(next, execution(1, 1, { revision: 5 }));
      await next.activate();
      expect(await model.replaceJobs([{ view: job(1, { revision: 2 }), over: overJob }])).toEqual([false]);
      expect(
        await model.replaceExecutions([{ view: execution(1, 1, { revision: 2 }), over: overExecution }]),
      ).toEqual([false]);
    });

    it('drops a generation that is discarded or overtaken', async () => {
      const { model } = current;
      await addJobs(model, job(1));
      const first = await model.startGeneration();
      await addJobs(first, job(5));
      const second = await model.startGeneration();
      await expect(addJobs(first, job(6))).rejects.toThrow();
      await expect(first.activate()).rejects.toThrow();
      expect(await second.getJobs([5])).toEqual(new Map());
      await second.discard();
      expect(await allIds(model)).toEqual([1]);
    });

    it('reads on without a failure while generations switch', async () => {
      const count = 450;
      const views = Array.from({ length: count }, (_, n) => job(n + 1));
      const executions = views.map(({ id }) => execution(id, 1));
      await addJobs(current.model, ...views);
      await addExecutions(current.model, ...executions);
      const reader = await current.connect();
      const seen: number[] = [];
      let switches = 0;
      for await (const { id } of reader.allJobs()) {
        seen.push(id);
        if (id % 100 !== 50) continue;
        const next = await current.model.startGeneration();
        await addJobs(next, ...views);
        await addExecutions(next, ...executions);
        const reads = Promise.all([
          reader.listJobs(jobQuery()),
          reader.getJobs([1]),
          reader.listJobs(jobQuery({ search: 'job' })),
          reader.executionsOf(1),
        ]);
        await next.activate();
        const [listed, got, searched, own] = await reads;
        expect([listed.total, got.size, searched.total, own.length]).toEqual([count, 1, count, 1]);
        switches++;
      }
      expect(switches).toBe(5);
      expect(seen).toEqual(views.map(({ id }) => id));
      await reader.close();
    }, 60_000);
  });
}

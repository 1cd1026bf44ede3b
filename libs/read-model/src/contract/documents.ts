import { describe, expect, it } from 'vitest';
import { executionKeyOf } from '../read-model.ts';
import { addExecutions, addJobs, type Current, execution, job, jobIn, jobQuery } from './subject.ts';

/** How documents are kept: each over the one before it. */
export function documentsContract(current: Current): void {
  describe('documents', () => {
    it('come back as they were written; unknown ids are left out', async () => {
      const { model } = current;
      const written = job(7, { name: 'Größe 100%_"\' 領収書 🧾' });
      expect(await addJobs(model, written)).toEqual([true]);
      const jobs = await model.getJobs([7, 8]);
      expect([...jobs.keys()]).toEqual([7]);
      expect(jobs.get(7)?.view).toEqual(written);
      expect(await model.getJobs([])).toEqual(new Map());
      expect(await model.replaceJobs([])).toEqual([]);

      const failed = execution(7, 3, {
        status: 'failed',
        attempt: 2,
        revision: 4,
        error: { code: 'timeout', message: 'too slow "領"' },
      });
      expect(await addExecutions(model, failed)).toEqual([true]);
      const keys = [
        { jobId: 7, executionId: 3 },
        { jobId: 7, executionId: 4 },
        { jobId: 3, executionId: 7 },
      ];
      const executions = await model.getExecutions(keys);
      expect([...executions.keys()]).toEqual(['7/3']);
      expect(executions.get('7/3')?.view).toEqual(failed);
      expect(await model.getExecutions([])).toEqual(new Map());
      expect(await model.replaceExecutions([])).toEqual([]);
    });

    it('are replaced only over the version that was read', async () => {
      const { model } = current;
      await addJobs(model, job(1));
      const version = (await model.getJobs([1])).get(1)!.version;
      const next = job(1, { revision: 2, name: 'next' });
      const replacements = [
        { view: job(1, { name: 'again' }), over: null },
        { view: job(1, { name: 'over another one' }), over: version + 1 },
        { view: job(2, { name: 'over nothing' }), over: version },
        { view: next, over: version },
        { view: job(3), over: null },
        { view: job(1, { name: 'late' }), over: version },
      ];
      expect(await model.replaceJobs(replacements)).toEqual([false, false, false, true, true, false]);
      expect((await model.getJobs([1, 2, 3])).keys().toArray().toSorted()).toEqual([1, 3]);
      expect(await jobIn(model, 1)).toEqual(next);
      expect((await model.listJobs(jobQuery())).total).toBe(2);
    });

    it('of executions are replaced the same way', async () => {
      const { model } = current;
      await addExecutions(model, execution(1, 1), execution(2, 1));
      const key = { jobId: 1, executionId: 1 };
      const { version } = (await model.getExecutions([key])).get(executionKeyOf(key))!;
      const next = execution(1, 1, { status: 'running', attempt: 1, revision: 0 });
      const replacements = [
        { view: execution(1, 1), over: null },
        { view: execution(1, 1), over: version + 1 },
        { view: execution(1, 2), over: version },
        { view: next, over: version },
        { view: execution(1, 3), over: null },
        { view: execution(1, 1), over: version },
      ];
      expect(await model.replaceExecutions(replacements)).toEqual([false, false, false, true, true, false]);
      const views = (await model.executionsOf(1)).map(({ view }) => view);
      expect(views).toEqual([next, execution(1, 3)]);
    });

    it('have a new version each time', async () => {
      const { model } = current;
      const versions = new Set<number>();
      for (let over: number | null = null, n = 0; n < 5; n++) {
        expect(await model.replaceJobs([{ view: job(1), over }])).toEqual([true]);
        over = (await model.getJobs([1])).get(1)!.version;
        versions.add(over);
      }
      expect(versions.size).toBe(5);
    });

    it('are won by exactly one of several concurrent writers', async () => {
      const connections = await Promise.all([current.connect(), current.connect(), current.connect()]);
      for (let round = 0; round < 10; round++) {
        const [jobs, executions] = await Promise.all([
          current.model.getJobs([1]),
          current.model.getExecutions([{ jobId: 1, executionId: 1 }]),
        ]);
        const overJob = jobs.get(1)?.version ?? null;
        const overExecution = executions.get('1/1')?.version ?? null;
        const race = connections.map(async (writer, n) => {
          const [one] = await writer.replaceJobs([{ view: job(1, { name: `writer ${n}` }), over: overJob }]);
          const [other] = await writer.replaceExecutions([
            { view: execution(1, 1, { ocrProvider: `writer ${n}` }), over: overExecution },
          ]);
          return [one, other];
        });
        const won = await Promise.all(race);
        const winners = [won.map(([one]) => one), won.map(([, other]) => other)];
        for (const each of winners) expect(each.filter(Boolean)).toHaveLength(1);
        expect((await jobIn(current.model, 1))?.name).toBe(`writer ${winners[0]?.indexOf(true)}`);
        const [stored] = await current.model.executionsOf(1);
        expect(stored?.view.ocrProvider).toBe(`writer ${winners[1]?.indexOf(true)}`);
      }
      await Promise.all(connections.map((connection) => connection.close()));
    });

    it('that are too large harm no other of their batch', async () => {
      const { model } = current;
      await addJobs(model, job(5));
      const over = (await model.getJobs([5])).get(5)!.version;
      const large = 'x'.repeat(17 * 1024 * 1024);
      const jobs = [
        { view: job(1), over: null },
        { view: job(2, { name: large }), over: null },
        { view: job(3), over: null },
        { view: job(4, { name: large }), over: null },
        { view: job(5, { name: 'next' }), over },
      ];
      await expect(model.replaceJobs(jobs)).rejects.toMatchObject({
        name: 'DocumentRefusedError',
        jobIds: [2, 4],
      });
      expect((await model.getJobs([1, 2, 3, 4, 5])).keys().toArray().toSorted()).toEqual([1, 3, 5]);
      expect((await jobIn(model, 5))?.name).toBe('next');

      const error = { code: 'internal_error', message: large } as const;
      const executions = [
        { view: execution(1, 1), over: null },
        { view: execution(2, 1, { error }), over: null },
        { view: execution(2, 2, { error }), over: null },
        { view: execution(3, 1), over: null },
      ];
      await expect(model.replaceExecutions(executions)).rejects.toMatchObject({
        name: 'DocumentRefusedError',
        jobIds: [2],
      });
      expect(await model.executionsOf(2)).toEqual([]);
      expect([...(await model.executionsOf(1)), ...(await model.executionsOf(3))]).toHaveLength(2);
    });
  });
}

import { type ExecutionView, emptyTally } from '@inkstream/domain';
import { describe, expect, it } from 'vitest';
import { addExecutions, at, type Current, execution, executionQuery, walkExecutions } from './subject.ts';

/** How executions are summarised, dropped and listed. */
export function executionsContract(current: Current): void {
  describe('the executions of a job', () => {
    it('come by their ids, removed ones included', async () => {
      const { model } = current;
      const views = [execution(1, 10), execution(1, 2, { removed: true }), execution(1, 9)];
      await addExecutions(model, ...views, execution(2, 1), execution(11, 1));
      const ids = (await model.executionsOf(1)).map(({ view }) => view.id);
      expect(ids).toEqual([2, 9, 10]);
      expect(await model.executionsOf(3)).toEqual([]);
    });

    it('add up to what they are, removed ones included', async () => {
      const { model } = current;
      await addExecutions(
        model,
        execution(1, 1, { updatedAt: at(20) }),
        execution(1, 2, { status: 'running', attempt: 1, updatedAt: at(40) }),
        execution(1, 3, { status: 'completed', attempt: 2, removed: true, updatedAt: at(30) }),
        execution(2, 1, { status: 'cancelled', updatedAt: at(50) }),
      );
      expect(await model.summarise([1, 2, 3])).toEqual(
        new Map([
          [
            1,
            {
              tally: { ...emptyTally, pending: 1, running: 1, completed: 1, started: true },
              changedAt: at(40),
            },
          ],
          [2, { tally: { ...emptyTally, cancelled: 1 }, changedAt: at(50) }],
          [3, { tally: emptyTally, changedAt: null }],
        ]),
      );
      expect(await model.summarise([])).toEqual(new Map());
    });

    it('add up to all that another connection has written', async () => {
      const other = await current.connect();
      for (let id = 1; id <= 5; id++) {
        await addExecutions(other, execution(1, id));
        expect((await current.model.summarise([1])).get(1)?.tally.pending).toBe(id);
      }
      await other.close();
    });

    it('are dropped with their job, and no others', async () => {
      const { model } = current;
      await addExecutions(model, execution(1, 1), execution(1, 2), execution(2, 1), execution(3, 1));
      await model.dropExecutions([1, 3, 4]);
      await model.dropExecutions([]);
      const left = await Promise.all([1, 2, 3].map((id) => model.executionsOf(id)));
      expect(left.map(({ length }) => length)).toEqual([0, 1, 0]);
      expect(await walkExecutions(model, {})).toEqual([[2, 1]]);
    });

    it('are dropped but for those of one job, if another one had its id', async () => {
      const { model } = current;
      const lost = { uid: '01936000-0000-7000-8000-ffffffffffff' };
      await addExecutions(
        model,
        execution(1, 1),
        execution(1, 2, lost),
        execution(2, 1),
        execution(2, 2, lost),
      );
      await model.dropExecutions([1], execution(1, 1).uid);
      expect(await walkExecutions(model, {})).toEqual([
        [2, 2],
        [2, 1],
        [1, 1],
      ]);
    });
  });

  describe('listing executions', () => {
    /** 60 executions of 3 tenants and 20 jobs, some of them removed. */
    const various = () =>
      Array.from({ length: 60 }, (_, n) =>
        execution(1 + (n % 20), 1 + Math.floor(n / 20), {
          tenant: n % 20 < 14 ? 'default' : n % 2 ? 'default2' : 'a',
          ocrProvider: ['paddle', 'tesseract', 'mistral'][n % 3]!,
          status: (['pending', 'running', 'completed', 'failed', 'cancelled'] as const)[n % 5]!,
          error: n % 5 === 3 ? { code: n % 2 ? 'timeout' : 'rate_limited', message: 'm' } : null,
          removed: n % 11 === 7,
          createdAt: at((n * 7) % 13),
        }),
      );

    it('finds by every filter, the latest first, page after page', async () => {
      const { model } = current;
      const views = various();
      await addExecutions(model, ...views);
      const sorted = views
        .filter(({ removed }) => !removed)
        .sort((a, b) =>
          a.createdAt === b.createdAt ? b.jobId - a.jobId || b.id - a.id : a.createdAt < b.createdAt ? 1 : -1,
        );
      for (const tenant of ['default', 'a', 'nobody'])
        for (const status of [undefined, 'pending', 'failed'] as const)
          for (const provider of [undefined, 'paddle', 'none'])
            for (const errorCode of [undefined, 'timeout', 'worker_lost'] as const)
              for (const jobId of [undefined, 4]) {
                const filter = { tenant, status, provider, errorCode, jobId };
                const expected = sorted.filter(
                  (one) =>
                    one.tenant === tenant &&
                    one.status === (status ?? one.status) &&
                    one.ocrProvider === (provider ?? one.ocrProvider) &&
                    (errorCode === undefined || one.error?.code === errorCode) &&
                    one.jobId === (jobId ?? one.jobId),
                );
                const found = await walkExecutions(model, { ...filter, limit: 4 });
                expect([filter, found]).toEqual([filter, expected.map(({ jobId, id }) => [jobId, id])]);
              }
      const { data, next } = await model.listExecutions(executionQuery({ limit: 100 }));
      expect(data).toEqual(sorted.filter(({ tenant }) => tenant === 'default'));
      expect(next).toBeNull();
    });

    it('skips and repeats none while executions arrive and go', async () => {
      const { model } = current;
      const views = Array.from({ length: 30 }, (_, n) =>
        execution(n + 1, 1, { createdAt: at(100 + (n % 6)) }),
      );
      await addExecutions(model, ...views);
      let id = 100;
      const found = await walkExecutions(model, { limit: 4 }, async () => {
        await addExecutions(model, execution(++id, 1, { createdAt: at(200) }));
        await model.dropExecutions([id - 100]);
      });
      const kept = views.slice(8).map(({ jobId }) => jobId);
      expect(new Set(found.map(String)).size).toBe(found.length);
      const seen = new Set(found.map(([jobId]) => jobId));
      expect(kept.filter((jobId) => !seen.has(jobId))).toEqual([]);
    });

    it('refuses the cursor of another list', async () => {
      const { model } = current;
      await addExecutions(model, execution(1, 1), execution(2, 1), execution(3, 1));
      const { next } = await model.listExecutions(executionQuery({ limit: 1 }));
      const other = [
        { cursor: 'nonsense' },
        { cursor: next!, status: 'pending' as const },
        { cursor: next!, tenant: 'a' },
        { cursor: next!, jobId: 2 },
      ];
      for (const changes of other)
        await expect(model.listExecutions(executionQuery(changes))).rejects.toMatchObject({
          name: 'InvalidCursorError',
        });
    });

    it('finds unfinished executions of all tenants that are older, the oldest first', async () => {
      const { model } = current;
      await addExecutions(model, ...various());
      const expected = various()
        .filter(
          ({ status, createdAt }) => (status === 'pending' || status === 'running') && createdAt < at(6),
        )
        .map(({ createdAt }) => createdAt)
        .sort();
      const found = await model.unfinishedExecutions(at(6), 100);
      expect(found.map(({ createdAt }) => createdAt)).toEqual(expected);
      expect(new Set(found.map(({ tenant }) => tenant)).size).toBeGreaterThan(1);
      expect(found.every(({ status }) => status === 'pending' || status === 'running')).toBe(true);
      const few = await model.unfinishedExecutions(at(6), 3);
      expect(few.map(({ createdAt }) => createdAt)).toEqual(expected.slice(0, 3));
    });

    it('finds the unfinished ones that follow another, each once, though many were requested at one time', async () => {
      const { model } = current;
      await addExecutions(
        model,
        ...Array.from({ length: 12 }, (_, n) => execution(1 + (n % 3), 20 - n, { createdAt: at(n % 2) })),
      );
      const walked: ExecutionView[] = [];
      for (let page = await model.unfinishedExecutions(at(9), 5); page.length > 0; ) {
        walked.push(...page);
        page = await model.unfinishedExecutions(at(9), 5, page.at(-1));
      }
      const order = walked.map(({ createdAt, jobId, id }) => [createdAt, jobId, id] as const);
      expect(order).toHaveLength(12);
      expect(order).toEqual(order.toSorted(([a, b, c], [d, e, f]) => a.localeCompare(d) || b - e || c - f));
      expect(await model.unfinishedExecutions(at(1), 20, walked[5])).toEqual([]);
    });
  });
}

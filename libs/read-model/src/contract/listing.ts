import type { JobStatus } from '@inkstream/domain';
import { describe, expect, it } from 'vitest';
import { SORT_FIELDS } from '../read-model.ts';
import {
  addJobs,
  allIds,
  at,
  type Current,
  job,
  jobIn,
  jobQuery,
  listedIds,
  putJob,
  tombstone,
  walkJobs,
} from './subject.ts';

const STATUSES: readonly JobStatus[] = ['pending', 'running', 'completed', 'failed'];

/** How jobs are listed: sorted, filtered and counted. */
export function listingContract(current: Current): void {
  describe('listing jobs', () => {
    it('leaves tombstones out of lists and counts, and in getJobs and allJobs', async () => {
      const { model } = current;
      await addJobs(model, job(1), job(2), tombstone(3, 4));
      await putJob(model, tombstone(1, 2));
      const { data, total } = await model.listJobs(jobQuery());
      expect(data.map(({ id }) => id)).toEqual([2]);
      expect(total).toBe(1);
      expect(await listedIds(model, { search: 'receipt-1' })).toEqual([]);
      expect((await model.listJobs(jobQuery({ status: 'failed' }))).total).toBe(0);
      expect(await jobIn(model, 1)).toEqual(tombstone(1, 2));
      expect(await allIds(model)).toEqual([1, 2, 3]);
    });

    it('lists summaries', async () => {
      await addJobs(current.model, job(1, { status: 'running', revision: 4, updatedAt: at(9) }));
      const summary = {
        id: 1,
        name: 'Job 1',
        status: 'running',
        fileCount: 1,
        createdAt: at(1),
        updatedAt: at(9),
      };
      expect(await current.model.listJobs(jobQuery())).toEqual({
        data: [summary],
        total: 1,
        totalIsAtLeast: false,
        next: null,
      });
    });

    it('sorts by every field in both directions, ties by id in the same one, by page and by cursor', async () => {
      const { model } = current;
      const views = Array.from({ length: 24 }, (_, n) =>
        job(n + 1, {
          name: `Job ${'bca'[n % 3]}`,
          status: STATUSES[n % 4]!,
          createdAt: at((n * 7) % 5),
          updatedAt: at((n * 5) % 6),
        }),
      );
      await addJobs(model, ...views);
      for (const field of SORT_FIELDS)
        for (const direction of ['asc', 'desc'] as const)
          for (const status of [undefined, ...STATUSES])
            for (const search of [undefined, 'PNG', 'g']) {
              const kept = views.filter((one) => status === undefined || one.status === status);
              const sorted = kept
                .toSorted((a, b) => {
                  const up = a[field] < b[field] ? -1 : a[field] > b[field] ? 1 : a.id - b.id;
                  return direction === 'asc' ? up : -up;
                })
                .map(({ id }) => id);
              const list = { limit: 5, sort: { field, direction }, status, search };
              const pages = [1, 2, 3, 4, 5, 6].map((page) => listedIds(model, { ...list, start: { page } }));
              expect((await Promise.all(pages)).flat()).toEqual(sorted);
              expect(await walkJobs(model, list)).toEqual(sorted);
              expect(await walkJobs(model, { ...list, start: { page: 2 } })).toEqual(sorted.slice(5));
              expect((await model.listJobs(jobQuery({ status, search }))).total).toBe(kept.length);
            }
    }, 120_000);

    it('skips and repeats none by its cursor while jobs arrive and go', async () => {
      const { model } = current;
      for (const search of [undefined, 'job']) {
        const first = search ? 1_000 : 0;
        const ids = Array.from({ length: 40 }, (_, n) => first + n + 1);
        await addJobs(model, ...ids.map((id) => job(id, { createdAt: at(300 + first + (id % 4)) })));
        let arrived = first + 500;
        let gone = first;
        const sort = { field: 'createdAt', direction: 'desc' } as const;
        const found = await walkJobs(model, { limit: 3, sort, search }, async () => {
          await addJobs(model, job(++arrived, { createdAt: at(900 + first) }));
          await putJob(model, tombstone(++gone));
        });
        expect(new Set(found).size).toBe(found.length);
        const kept = ids.filter((id) => id > gone);
        expect(kept.filter((id) => !found.includes(id))).toEqual([]);
      }
    });

    it('refuses the cursor of another list', async () => {
      const { model } = current;
      await addJobs(model, job(1), job(2), job(3));
      const { next } = await model.listJobs(jobQuery({ limit: 1 }));
      const start = { cursor: next! };
      const others = [
        { start: { cursor: 'nonsense' } },
        { start, tenant: 'a' },
        { start, status: 'pending' as const },
        { start, search: 'job' },
        { start, sort: { field: 'id', direction: 'desc' } as const },
        { start, sort: { field: 'name', direction: 'asc' } as const },
      ];
      for (const changes of others)
        await expect(model.listJobs(jobQuery(changes))).rejects.toMatchObject({ name: 'InvalidCursorError' });
      expect(await listedIds(model, { start, limit: 1 })).toEqual([2]);
    });

    it('counts by status as documents change', async () => {
      const { model } = current;
      await addJobs(model, job(1), job(2), job(3));
      const totals = () =>
        Promise.all(STATUSES.map(async (status) => (await model.listJobs(jobQuery({ status }))).total));
      await putJob(model, job(1, { revision: 2, status: 'running' }));
      await putJob(model, job(1, { revision: 3, status: 'completed' }));
      expect(await totals()).toEqual([2, 0, 1, 0]);
      await putJob(model, tombstone(1, 4));
      expect(await totals()).toEqual([2, 0, 0, 0]);
      await putJob(model, job(2, { revision: 2, status: 'failed' }));
      expect(await totals()).toEqual([1, 0, 0, 1]);
      await putJob(model, tombstone(2, 3));
      expect(await totals()).toEqual([1, 0, 0, 0]);
    });

    it('counts right whichever of several connections writes', async () => {
      const writers = await Promise.all([current.connect(), current.connect(), current.connect()]);
      const ids = Array.from({ length: 30 }, (_, n) => n + 1);
      await Promise.all(ids.map((id) => addJobs(writers[id % 3]!, job(id))));
      const retry = async (id: number) => {
        for (const status of ['running', 'completed'] as const)
          for (const writer of writers) await putJob(writer, job(id, { status })).catch(() => {});
      };
      await Promise.all(ids.map(retry));
      const counts = await Promise.all(
        STATUSES.map(async (status) => (await current.model.listJobs(jobQuery({ status }))).total),
      );
      expect(counts).toEqual([0, 0, 30, 0]);
      expect((await current.model.listJobs(jobQuery())).total).toBe(30);
      await Promise.all(writers.map((writer) => writer.close()));
    });

    it('shows and counts nothing of another tenant', async () => {
      const { model } = current;
      await addJobs(
        model,
        ...[1, 2, 3].map((id) => job(id)),
        ...[4, 5].map((id) => job(id, { tenant: 'default2', status: 'failed' })),
        job(6, { tenant: 'a' }),
      );
      for (const status of [undefined, 'pending', 'failed'] as const)
        for (const search of [undefined, 'job', 'jo'])
          for (const [tenant, ids] of Object.entries({
            default: [1, 2, 3],
            default2: [4, 5],
            a: [6],
            d: [],
          })) {
            const own = tenant === 'default2' ? 'failed' : 'pending';
            const expected = status === undefined || status === own ? ids : [];
            const { data, total } = await model.listJobs(jobQuery({ tenant, status, search }));
            expect([tenant, total, data.map(({ id }) => id)]).toEqual([tenant, expected.length, expected]);
          }
    });
  });
}

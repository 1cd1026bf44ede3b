import type { JobStatus } from '@inkstream/domain';
import { describe, expect, it } from 'vitest';
import { SORT_FIELDS } from '../read-model.ts';
import { add, allIds, at, type Current, listedIds, query, tombstone, view } from './subject.ts';

/** How jobs are listed: sorted, filtered and counted. */
export function listingContract(current: Current): void {
  describe('listing', () => {
    it('leaves tombstones out of listings and counts, and in get and all', async () => {
      await add(current.model, view(1), view(2));
      await current.model.replace([{ view: tombstone(1, 2), over: 1 }]);
      await add(current.model, tombstone(3, 4));
      const { data, total } = await current.model.list(query());
      expect(data.map(({ id }) => id)).toEqual([2]);
      expect(total).toBe(1);
      expect(await listedIds(current.model, { search: 'receipt-1' })).toEqual([]);
      expect((await current.model.list(query({ status: 'failed' }))).total).toBe(0);
      expect((await current.model.get([1])).get(1)).toEqual(tombstone(1, 2));
      expect(await allIds(current.model)).toEqual([1, 2, 3]);
    });

    it('lists summaries', async () => {
      await add(current.model, view(1, { status: 'running', revision: 4, updatedAt: at(9) }));
      const summary = { id: 1, revision: 4, name: 'Job 1', status: 'running', fileCount: 1 };
      const expected = { ...summary, createdAt: at(1), updatedAt: at(9) };
      expect(await current.model.list(query())).toEqual({ data: [expected], total: 1 });
    });

    it('sorts by every field in both directions, ties by id in the same one, page after page', async () => {
      const statuses: JobStatus[] = ['pending', 'running', 'completed', 'failed'];
      const views = Array.from({ length: 24 }, (_, n) =>
        view(n + 1, {
          name: `Job ${'bca'[n % 3]}`,
          status: statuses[n % 4] ?? 'pending',
          createdAt: at((n * 7) % 5),
          updatedAt: at((n * 5) % 6),
        }),
      );
      await add(current.model, ...views);
      for (const field of SORT_FIELDS)
        for (const direction of ['asc', 'desc'] as const)
          for (const status of [undefined, ...statuses])
            for (const search of [undefined, 'PNG', 'g']) {
              const kept = views.filter((one) => status === undefined || one.status === status);
              const sorted = kept.toSorted((a, b) => {
                const up = a[field] < b[field] ? -1 : a[field] > b[field] ? 1 : a.id - b.id;
                return direction === 'asc' ? up : -up;
              });
              const pages = [1, 2, 3, 4, 5, 6].map((page) =>
                listedIds(current.model, { page, limit: 5, sort: { field, direction }, status, search }),
              );
              expect((await Promise.all(pages)).flat()).toEqual(sorted.map(({ id }) => id));
              expect((await current.model.list(query({ status, search }))).total).toBe(kept.length);
            }
    });

    it('counts by status as documents change', async () => {
      await add(current.model, view(1), view(2), view(3));
      await current.model.replace([{ view: view(1, { revision: 2, status: 'running' }), over: 1 }]);
      await current.model.replace([{ view: view(1, { revision: 3, status: 'completed' }), over: 2 }]);
      const totals = async () => {
        const statuses: JobStatus[] = ['pending', 'running', 'completed', 'failed'];
        return Promise.all(
          statuses.map(async (status) => (await current.model.list(query({ status }))).total),
        );
      };
      expect(await totals()).toEqual([2, 0, 1, 0]);
      await current.model.replace([{ view: tombstone(1, 4), over: 3 }]);
      expect(await totals()).toEqual([2, 0, 0, 0]);
      await current.model.replace([{ view: view(2, { revision: 2, status: 'failed' }), over: 1 }]);
      expect(await totals()).toEqual([1, 0, 0, 1]);
      await current.model.replace([{ view: tombstone(2, 3), over: 2 }]);
      expect(await totals()).toEqual([1, 0, 0, 0]);
    });
  });
}

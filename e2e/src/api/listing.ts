import { beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { corrupt, reads, waits } from '../support/script.ts';
import { waitFor } from '../support/wait-for.ts';

/** Pages, order, filters and search of the list. */
export function listingTests(inkstream: Inkstream): void {
  const { api } = inkstream;
  /** Twelve jobs of two names, in the order of their making; `till-` is in the name of their files alone. */
  let jobs: readonly number[] = [];
  const mine = 'search=till-';
  const place = (ids: readonly number[]) => ids.map((id) => jobs.indexOf(id));
  const places = async (query: string) => place((await api.list(query)).data.map(({ id }) => id));

  async function allPages(query: string, limit: number): Promise<number[]> {
    const found: number[] = [];
    const { pages } = (await api.list(`?${mine}&${query}&limit=${limit}`)).pagination;
    for (let page = 1; page <= pages; page++)
      found.push(...(await places(`?${mine}&${query}&limit=${limit}&page=${page}`)));
    return found;
  }
  const inOrder = Array.from({ length: 12 }, (_, index) => index);

  beforeAll(async () => {
    const ids: number[] = [];
    for (const index of inOrder) {
      const file = { bytes: reads('x'), name: `till-${index}.png` };
      ids.push(await api.upload([file], index % 2 === 0 ? 'Even' : 'Odd'));
    }
    jobs = ids;
    await waitFor(
      'all jobs',
      () => api.list(`?${mine}&status=completed`),
      ({ pagination }) => pagination.total === 12,
    );
  });

  describe('GET /ocr-jobs', () => {
    it('gives the newest first, 20 to a page', async () => {
      const { data, pagination } = await api.list();
      expect(pagination).toMatchObject({ page: 1, limit: 20, pages: Math.ceil(pagination.total / 20) });
      expect(place(data.slice(0, 12).map(({ id }) => id))).toEqual(inOrder.toReversed());
      expect(data[0]).toMatchObject({ name: 'Odd', status: 'completed', fileCount: 1 });
    });

    it('pages through all of them, and is empty after the last page', async () => {
      expect(await allPages('sort=id:asc', 5)).toEqual(inOrder);
      const { pagination } = await api.list(`?${mine}&limit=5`);
      expect(pagination).toEqual({
        total: 12,
        page: 1,
        limit: 5,
        pages: 3,
        nextCursor: expect.any(String),
      });
      expect((await api.list(`?${mine}&limit=5&page=4`)).data).toEqual([]);
    });

    it.each(['name', 'status', 'createdAt', 'updatedAt', 'id'])(
      'sorts by %s both ways, and ties stay put',
      async (field) => {
        const up = await allPages(`sort=${field}:asc`, 4);
        expect(up.toSorted((a, b) => a - b)).toEqual(inOrder);
        expect(await allPages(`sort=${field}:desc`, 4)).toEqual(up.toReversed());
        expect(await allPages(`sort=${field}:asc`, 3)).toEqual(up);
      },
    );

    it('finds words in names of jobs and of files, whatever their case', async () => {
      expect(await places('?search=eVEN&sort=id:asc')).toEqual([0, 2, 4, 6, 8, 10]);
      expect(await places('?search=TILL-7')).toEqual([7]);
      for (const search of ['nowhere', 'till%25', 'till_7', "till'7", 'till*', 'till%5C7'])
        expect(await places(`?search=${search}`), search).toEqual([]);
    });

    it('filters by status, together with the rest', async () => {
      const failed = await api.upload([{ bytes: corrupt() }], 'Even worse');
      const pending = await api.upload([{ bytes: waits('list') }], 'Even later');
      const found = async (query: string) => (await api.list(query)).data.map(({ id }) => id);
      const only = (id: number) => (ids: number[]) => ids.length === 1 && ids[0] === id;
      await waitFor('the failed job', () => found('?search=even&status=failed'), only(failed));
      await waitFor('the running job', () => found('?search=even&status=running'), only(pending));
      expect(await places('?status=completed&search=even&sort=id:asc&limit=2')).toEqual([0, 2]);
      inkstream.process.release('list');
    });

    it.each([
      'page=0',
      'page=-1',
      'page=x',
      'page=1.5',
      'page=1e3',
      'page=99999999999999999999',
      'limit=0',
      'limit=101',
      'limit=1e9',
      'limit=',
      'sort=__proto__',
      'sort=constructor:asc',
      'sort=createdAt',
      'sort=createdAt:sideways',
      'sort=name:asc;drop table jobs',
      'status=done',
      'status=cancelled',
      'page=1&page=2',
      'sort=id:asc&sort=id:desc',
      'search=a&search=b',
      `search=${'x'.repeat(256)}`,
    ])('refuses ?%s', async (query) => {
      const { details } = await expectError(await api.call(`/ocr-jobs?${query}`), 400);
      expect(details).toContain(/^\w+/.exec(query)?.[0]);
    });
  });
}

import { type JobList, jobListSchema, jobSummarySchema } from '@inkstream/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { photo, type QueryApiFixture, startQueryApi } from './spec-support/query-api-fixture.ts';

let query: QueryApiFixture;
const NAMES = ['Zürich', 'alpha', 'Beta', '100% _off', 'gamma'];
beforeAll(async () => {
  query = await startQueryApi();
  for (const [index, name] of NAMES.entries()) {
    await query.submit(index + 1, index === 4 ? [photo, { ...photo, name: 'Kaffee.png' }] : [photo], name);
    if (index < 2) await query.start(index + 1);
    await query.project(index + 1);
  }
  await query.submit(6);
  await query.remove(6);
  await query.project(6);
});
afterAll(() => query.stop());

const list = async (search = ''): Promise<JobList> => {
  const body = await (await query.get(`/ocr-jobs${search}`)).json();
  return jobListSchema
    .strict()
    .extend({ data: z.array(jobSummarySchema.strict()) })
    .parse(body);
};
const ids = async (search: string) => (await list(search)).data.map(({ id }) => id);

describe('GET /ocr-jobs', () => {
  it('lists the newest 20 first, without those that are deleted', async () => {
    const { data, pagination } = await list();
    expect(data.map(({ id }) => id)).toEqual([5, 4, 3, 2, 1]);
    expect(pagination).toEqual({ total: 5, page: 1, limit: 20, pages: 1, nextCursor: null });
    expect(data[0]).toMatchObject({ id: 5, name: 'gamma', status: 'pending', fileCount: 2 });
  });

  it('returns every job on one page, and none on a page past the end', async () => {
    expect(await list('?limit=2&page=3')).toMatchObject({
      data: [{ id: 1 }],
      pagination: { total: 5, page: 3, limit: 2, pages: 3 },
    });
    expect(await list('?limit=2&page=4')).toEqual({
      data: [],
      pagination: { total: 5, page: 4, limit: 2, pages: 3, nextCursor: null },
    });
    expect(await list('?search=nothing')).toEqual({
      data: [],
      pagination: { total: 0, page: 1, limit: 20, pages: 0, nextCursor: null },
    });
  });

  it('goes on after a page by its cursor, which another list refuses', async () => {
    const first = await list('?limit=3&sort=id:asc');
    const cursor = encodeURIComponent(String(first.pagination.nextCursor));
    const rest = await list(`?limit=3&sort=id:asc&cursor=${cursor}`);
    expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
    expect(rest.pagination).toEqual({ total: 5, limit: 3, pages: 2, nextCursor: null });
    for (const search of ['?cursor=nonsense', `?sort=name:asc&cursor=${cursor}`]) {
      const response = await query.get(`/ocr-jobs${search}`);
      expect([response.status, ((await response.json()) as { details: string }).details]).toEqual([
        400,
        expect.stringMatching(/^cursor: /),
      ]);
    }
  });

  it('sorts by any field, either way', async () => {
    expect(await ids('?sort=id:asc')).toEqual([1, 2, 3, 4, 5]);
    expect(await ids('?sort=name:asc')).toEqual([4, 3, 1, 2, 5]);
    expect(await ids('?sort=status:desc')).toEqual([2, 1, 5, 4, 3]);
    expect(await ids('?sort=updatedAt:asc&limit=1')).toEqual([1]);
  });

  it('finds by status, and by text in the name of a job or of its files, wildcards being text', async () => {
    expect(await ids('?status=running')).toEqual([2, 1]);
    expect(await ids('?search=Z%C3%9C')).toEqual([1]);
    expect(await ids('?search=kaffee')).toEqual([5]);
    expect(await ids('?search=%25')).toEqual([4]);
    expect(await ids('?search=_')).toEqual([4]);
    expect(await ids('?search=&status=running')).toEqual([2, 1]);
    expect(await ids("?search=' OR 1=1 --")).toEqual([]);
  });

  it('ignores parameters that it does not know', async () => {
    expect(await ids('?limit=1&utm=1&__proto__=1&constructor=1')).toEqual([5]);
  });

  it.each([
    ['page=0', 'page'],
    ['page=-1', 'page'],
    ['page=1.5', 'page'],
    ['page=1000001', 'page'],
    ['page=', 'page'],
    ['page=1&page=2', 'page'],
    ['limit=101', 'limit'],
    ['limit=1e9', 'limit'],
    ['limit=0x10', 'limit'],
    ['sort=__proto__', 'sort'],
    ['sort=createdAt', 'sort'],
    ['sort=constructor:asc', 'sort'],
    ['sort=createdAt:desc;drop', 'sort'],
    ['sort=id:asc&sort=name:asc', 'sort'],
    ['status=done', 'status'],
    ['status=running&status=failed', 'status'],
    ['search=a&search=b', 'search'],
    [`search=${'x'.repeat(256)}`, 'search'],
  ])('refuses ?%s with a 400 that names the parameter', async (search, name) => {
    const response = await query.get(`/ocr-jobs?${search}`);
    expect(await response.json()).toEqual({
      statusCode: 400,
      message: 'Bad Request',
      details: expect.stringMatching(new RegExp(`^${name}: `)),
    });
    expect(response.status).toBe(400);
  });
});

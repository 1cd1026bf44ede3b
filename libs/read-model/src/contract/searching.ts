import { describe, expect, it } from 'vitest';
import {
  addJobs,
  at,
  type Current,
  job,
  jobQuery,
  listedIds,
  type OpenSubject,
  putJob,
  walkJobs,
} from './subject.ts';

/** What a search finds, and how much work it may be. */
export function searchingContract(current: Current, open: OpenSubject): void {
  describe('searching', () => {
    it('finds text in job and file names, whatever its case, script or wildcards', async () => {
      const [file] = job(2).files;
      if (!file) throw new Error('A job has a file');
      await addJobs(
        current.model,
        job(1, { name: 'Straße 50% off_now' }),
        job(2, { files: [{ ...file, originalName: 'ÄPFEL領収書.jpg' }] }),
        job(3, { name: 'say "AND" (NOT) * ΟΔΟΣ' }),
        job(4, { name: 'Cafe\u0301 50 percent' }),
      );
      const cases: Record<string, number[]> = {
        'STRASSE 5': [1],
        straße: [1],
        '50%': [1],
        f_n: [1],
        ff_: [1],
        '%': [1],
        _: [1],
        äpfel: [2],
        領収: [2],
        領収書: [2],
        '"and"': [3],
        '(not) *': [3],
        οδος: [3],
        CAFÉ: [4],
        '50': [1, 4],
        'receipt-3.p': [3],
        'Job 2': [2],
        'nothing like it': [],
        '.png say': [],
      };
      for (const [search, expected] of Object.entries(cases)) {
        expect([search, await listedIds(current.model, { search })]).toEqual([search, expected]);
        expect((await current.model.listJobs(jobQuery({ search }))).total).toBe(expected.length);
      }
    });

    it('finds a job by its new name alone once that has changed', async () => {
      await addJobs(current.model, job(1, { name: 'before' }));
      await putJob(current.model, job(1, { name: 'after', revision: 2 }));
      expect(await listedIds(current.model, { search: 'before' })).toEqual([]);
      expect(await listedIds(current.model, { search: 'after' })).toEqual([1]);
    });

    it('counts as many as the limit and says that there may be more, and still finds all, however they lie', async () => {
      const counted = 20;
      const { model, remove } = await open({ counted, examined: 50 });
      // 400 jobs of two tenants: `often` is nearly everywhere, `late` in the last ones alone, `both` in few.
      const views = Array.from({ length: 400 }, (_, n) => {
        const words = [n % 2 || n > 20 ? 'often' : '', n >= 340 ? 'late' : '', n % 150 === 7 ? 'both' : ''];
        return job(n + 1, {
          tenant: n % 10 ? 'default' : 'other',
          name: `${words.join(' ')} zz`,
          status: n % 3 ? 'completed' : 'running',
          createdAt: at(n % 50),
        });
      });
      await addJobs(model, ...views);
      for (const search of ['often', 'late', 'both', 'zz', 'ten', 'te', 'nowhere'])
        for (const status of [undefined, 'running'] as const)
          for (const field of ['id', 'createdAt'] as const)
            for (const page of [1, 3]) {
              const found = views
                .filter(
                  (one) =>
                    one.tenant === 'default' &&
                    (one.name.includes(search) || one.files[0]?.originalName.includes(search)) &&
                    one.status === (status ?? one.status),
                )
                .sort((a, b) => (a[field] < b[field] ? -1 : a[field] > b[field] ? 1 : a.id - b.id))
                .map(({ id }) => id);
              const list = {
                search,
                status,
                sort: { field, direction: 'asc' },
                start: { page },
                limit: 7,
              } as const;
              const { total, totalIsAtLeast } = await model.listJobs(jobQuery(list));
              expect(total).toBeLessThanOrEqual(counted);
              if (totalIsAtLeast) expect(total).toBeLessThanOrEqual(found.length);
              else expect([search, total]).toEqual([search, found.length]);
              if (found.length > counted) expect(totalIsAtLeast).toBe(true);
              const walked = await walkJobs(model, list);
              expect([search, status, walked]).toEqual([search, status, found.slice((page - 1) * 7)]);
            }
      await model.close();
      await remove();
    }, 120_000);
  });
}

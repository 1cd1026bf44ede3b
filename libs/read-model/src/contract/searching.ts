import { describe, expect, it } from 'vitest';
import { add, type Current, listedIds, query, view } from './subject.ts';

/** What a search finds. */
export function searchingContract(current: Current): void {
  describe('searching', () => {
    it('finds text in job and file names, whatever its case, script or wildcards', async () => {
      const [file] = view(2).files;
      if (!file) throw new Error('A view has a file');
      await add(
        current.model,
        view(1, { name: 'Straße 50% off_now' }),
        view(2, { files: [{ ...file, originalName: 'ÄPFEL領収書.jpg' }] }),
        view(3, { name: 'say "AND" (NOT) * ΟΔΟΣ' }),
        view(4, { name: 'Cafe\u0301 50 percent' }),
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
        expect((await current.model.list(query({ search }))).total).toBe(expected.length);
      }
    });

    it('finds a job by its new name alone once that has changed', async () => {
      await add(current.model, view(1, { name: 'before' }));
      await current.model.replace([{ view: view(1, { name: 'after', revision: 2 }), over: 1 }]);
      expect(await listedIds(current.model, { search: 'before' })).toEqual([]);
      expect(await listedIds(current.model, { search: 'after' })).toEqual([1]);
    });
  });
}

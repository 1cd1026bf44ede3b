import type { JobView } from '@inkstream/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Current, job, jobQuery, tombstone } from './subject.ts';

const IDS = [1, 2, 3];

/** A replacement over the version that was read last, one that was read before, or none. */
type Step = { readonly id: number; readonly over: 'read' | 'older' | 'none'; readonly deleted: boolean };

const step: fc.Arbitrary<Step> = fc.record({
  id: fc.constantFrom(...IDS),
  over: fc.constantFrom('read', 'read', 'older', 'none'),
  deleted: fc.boolean(),
});

/** That the version guards hold whatever comes. */
export function replacingContract(current: Current): void {
  describe('any replacements', () => {
    let jobs = 0;

    it('have the effect of one compare-and-set after another', () =>
      fc.assert(
        fc.asyncProperty(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 6 }), async (calls) => {
          const { model } = current;
          const first = jobs;
          jobs += IDS.length;
          const ids = IDS.map((id) => first + id);
          const { total } = await model.listJobs(jobQuery());
          // Documents as simply as it can be said.
          const expected = new Map<number, JobView>();
          const versions = new Map<number, number[]>();
          let names = 0;
          for (const call of calls) {
            const touched = new Set<number>();
            const replacements = call.map(({ id: n, over, deleted }) => {
              const id = first + n;
              const known = versions.get(id) ?? [];
              const at = { read: known.at(-1), older: known.at(-2), none: undefined }[over] ?? null;
              const name = `Job ${names++}`;
              return { view: deleted ? tombstone(id) : job(id, { name }), over: at };
            });
            const written = replacements.map(({ view, over }) => {
              // Whatever was read before this call is out of date once this call has written the document.
              const now = versions.get(view.id)?.at(-1) ?? null;
              if (touched.has(view.id) || now !== over) return false;
              touched.add(view.id);
              expected.set(view.id, view);
              return true;
            });
            expect(await model.replaceJobs(replacements)).toEqual(written);
            for (const [id, { version }] of await model.getJobs([...touched]))
              versions.set(id, [...(versions.get(id) ?? []), version]);
          }
          const stored = [...(await model.getJobs(ids)).values()].map(({ view }) => view);
          expect(new Map(stored.map((view) => [view.id, view]))).toEqual(expected);
          const listed = [...expected.values()].filter(({ deleted }) => !deleted);
          expect((await model.listJobs(jobQuery())).total - total).toBe(listed.length);
        }),
        { numRuns: 30 },
      ));
  });
}

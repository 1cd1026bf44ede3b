import type { JobView } from '@inkstream/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Replacement } from '../read-model.ts';
import { type Current, query, tombstone, view } from './subject.ts';

const IDS = [1, 2, 3];

/** What documents are, as simply as it can be said. */
function replaceIn(documents: Map<number, JobView>, { view, over }: Replacement): boolean {
  if ((documents.get(view.id)?.revision ?? null) !== over) return false;
  documents.set(view.id, view);
  return true;
}

const replacement: fc.Arbitrary<Replacement> = fc
  .record({
    id: fc.constantFrom(...IDS),
    over: fc.option(fc.nat(4)),
    ahead: fc.constantFrom(1, 1, 1, 2),
    deleted: fc.boolean(),
  })
  .map(({ id, over, ahead, deleted }) => {
    const revision = over === null ? 0 : over + ahead;
    return { view: deleted ? tombstone(id, revision) : view(id, { revision }), over };
  });

/** Every revision of every job, each at least once, in any order and in calls of any size. */
const deliveries: fc.Arbitrary<Replacement[][]> = fc
  .array(fc.integer({ min: 1, max: 5 }), { minLength: IDS.length, maxLength: IDS.length })
  .map((lengths) =>
    lengths.flatMap((length, index) =>
      Array.from({ length }, (_, revision) => ({
        view: view(index + 1, { revision, name: `Revision ${revision}` }),
        over: revision === 0 ? null : revision - 1,
      })),
    ),
  )
  .chain((all) => fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length }))
  .chain((order) =>
    fc.infiniteStream(fc.integer({ min: 1, max: 4 })).map((sizes) => {
      const calls: Replacement[][] = [];
      for (let at = 0; at < order.length; at += calls.at(-1)?.length ?? 0)
        calls.push(order.slice(at, at + sizes.next().value));
      return calls;
    }),
  );

/** That the revision guards of `replace` hold whatever comes. */
export function replacingContract(current: Current): void {
  describe('any replacements', () => {
    let jobs = 0;
    /** The calls with jobs that are new, so that each run begins with none. */
    const renamed = (calls: readonly Replacement[][]) => {
      const first = jobs;
      jobs += IDS.length;
      return {
        ids: IDS.map((id) => first + id),
        calls: calls.map((call) =>
          call.map((one) => ({ ...one, view: { ...one.view, id: first + one.view.id } })),
        ),
      };
    };

    it('have the effect of one compare-and-set after another', () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(replacement, { maxLength: 6 }), { maxLength: 6 }),
          async (drawn) => {
            const { ids, calls } = renamed(drawn);
            const { total } = await current.model.list(query());
            const expected = new Map<number, JobView>();
            for (const call of calls)
              expect(await current.model.replace(call)).toEqual(call.map((one) => replaceIn(expected, one)));
            expect(await current.model.get(ids)).toEqual(expected);
            const listed = [...expected.values()].filter(({ deleted }) => !deleted);
            expect((await current.model.list(query())).total - total).toBe(listed.length);
          },
        ),
        { numRuns: 30 },
      ));

    it('end at the latest revision in whatever order they are delivered and repeated, none left out on the way', () =>
      fc.assert(
        fc.asyncProperty(deliveries, async (drawn) => {
          const { ids, calls } = renamed(drawn);
          const written: Replacement[] = [];
          const latest = new Map<number, JobView>();
          for (const { view } of calls.flat())
            if (view.revision >= (latest.get(view.id)?.revision ?? 0)) latest.set(view.id, view);
          for (let before = -1; before < written.length; ) {
            before = written.length;
            for (const call of calls) {
              const results = await current.model.replace(call);
              written.push(...call.filter((_, index) => results[index]));
            }
          }
          expect(await current.model.get(ids)).toEqual(latest);
          for (const [id, { revision }] of latest)
            expect(written.filter(({ view }) => view.id === id).map(({ view }) => view.revision)).toEqual(
              Array.from({ length: revision + 1 }, (_, n) => n),
            );
        }),
        { numRuns: 15 },
      ));
  });
}

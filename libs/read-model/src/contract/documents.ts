import { describe, expect, it } from 'vitest';
import { add, type Current, query, view } from './subject.ts';

/** How documents are kept: each over the one before it. */
export function documentsContract(current: Current): void {
  describe('documents', () => {
    it('gives back each document as it was written, and leaves unknown ids out', async () => {
      const name = 'Größe 100%_"\' 领収書 🧾';
      const written = view(7, { name, removed: [{ status: 'failed', attempt: 2 }] });
      expect(await add(current.model, written)).toEqual([true]);
      expect(await current.model.get([7, 8])).toEqual(new Map([[7, written]]));
      expect(await current.model.get([])).toEqual(new Map());
      expect(await current.model.replace([])).toEqual([]);
    });

    it('replaces a document only over the revision that it follows', async () => {
      await add(current.model, view(1));
      const next = view(1, { revision: 2, name: 'next' });
      const replacements = [
        { view: view(1, { name: 'again' }), over: null },
        { view: view(1, { name: 'ahead', revision: 5 }), over: 4 },
        { view: view(2, { name: 'over nothing', revision: 2 }), over: 1 },
        { view: next, over: 1 },
        { view: view(3), over: null },
      ];
      expect(await current.model.replace(replacements)).toEqual([false, false, false, true, true]);
      expect(await current.model.get([1, 2, 3])).toEqual(
        new Map([
          [1, next],
          [3, view(3)],
        ]),
      );
      expect((await current.model.list(query())).total).toBe(2);
    });

    it('applies the replacements of one call in their order', async () => {
      const steps = [1, 2, 3].map((revision) => ({
        view: view(1, { revision }),
        over: revision === 1 ? null : revision - 1,
      }));
      expect(await current.model.replace(steps)).toEqual([true, true, true]);
      expect((await current.model.get([1])).get(1)?.revision).toBe(3);
    });

    it('lets exactly one of several concurrent writers win', async () => {
      const connections = await Promise.all([current.connect(), current.connect(), current.connect()]);
      const race = async (over: number | null, revision: number) => {
        const entries = connections.map((writer, n) =>
          writer.replace([{ view: view(1, { revision, name: `writer ${n}` }), over }]),
        );
        const won = (await Promise.all(entries)).map(([written]) => written);
        expect(won.filter(Boolean)).toHaveLength(1);
        expect((await current.model.get([1])).get(1)?.name).toBe(`writer ${won.indexOf(true)}`);
      };
      await race(null, 1);
      for (let revision = 1; revision < 10; revision++) await race(revision, revision + 1);
      await Promise.all(connections.map((connection) => connection.close()));
    });
  });
}

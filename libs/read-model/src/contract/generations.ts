import { describe, expect, it } from 'vitest';
import { add, allIds, type Current, query, view } from './subject.ts';

/** How the documents are made anew while they serve. */
export function generationsContract(current: Current): void {
  describe('generations', () => {
    it('shows a generation only once it is active, and then nothing of the one before', async () => {
      await add(current.model, view(1), view(2));
      const next = await current.model.startGeneration();
      await next.replace([{ view: view(2, { name: 'rebuilt' }), over: null }]);
      expect(await allIds(current.model)).toEqual([1, 2]);
      expect(await next.get([1, 2])).toEqual(new Map([[2, view(2, { name: 'rebuilt' })]]));
      await next.activate();
      expect(await allIds(current.model)).toEqual([2]);
      expect((await current.model.list(query())).data[0]?.name).toBe('rebuilt');
      expect((await current.model.list(query())).total).toBe(1);
      await next.discard();
      expect(await allIds(current.model)).toEqual([2]);
      expect(await current.model.replace([{ view: view(2, { revision: 2 }), over: 1 }])).toEqual([true]);
    });

    it('drops a generation that is discarded or overtaken', async () => {
      await add(current.model, view(1));
      const first = await current.model.startGeneration();
      await first.replace([{ view: view(5), over: null }]);
      const second = await current.model.startGeneration();
      await expect(first.replace([{ view: view(6), over: null }])).rejects.toThrow();
      await expect(first.activate()).rejects.toThrow();
      expect(await second.get([5])).toEqual(new Map());
      await second.discard();
      expect(await allIds(current.model)).toEqual([1]);
    });

    it('reads on without a failure while generations switch', async () => {
      const count = 450;
      const views = Array.from({ length: count }, (_, n) => view(n + 1));
      await add(current.model, ...views);
      const reader = await current.connect();
      const seen: number[] = [];
      let switches = 0;
      for await (const { id } of reader.all()) {
        seen.push(id);
        if (id % 100 !== 50) continue;
        const next = await current.model.startGeneration();
        await next.replace(views.map((one) => ({ view: one, over: null })));
        const reads = Promise.all([
          reader.list(query()),
          reader.get([1]),
          reader.list(query({ search: 'job' })),
        ]);
        await next.activate();
        const [listed, got, searched] = await reads;
        expect([listed.total, got.size, searched.total]).toEqual([count, 1, count]);
        switches++;
      }
      expect(switches).toBe(5);
      expect(seen).toEqual(views.map(({ id }) => id));
      await reader.close();
    });
  });
}

import type { JobStatus, JobView } from '@inkstream/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ListQuery, type ReadModel, SORT_FIELDS } from './read-model.ts';

export interface ReadModelSubject {
  readonly model: ReadModel;
  /** Another connection to the same documents; the suite closes it. */
  connect(): Promise<ReadModel>;
  /** Removes the documents; all connections are closed by then. */
  remove(): Promise<void>;
}

const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 12, 0, second)).toISOString();

function view(id: number, changes: Partial<JobView> = {}): JobView {
  const file = { mimeType: 'image/png', bytes: 1, sha256: '0'.repeat(64), executions: [] };
  return {
    id,
    revision: 1,
    deleted: false,
    name: `Job ${id}`,
    status: 'pending',
    createdAt: at(id),
    updatedAt: at(id),
    files: [{ id: 1, originalName: `receipt-${id}.png`, storageKey: `jobs/${id}/files/1`, ...file }],
    removed: [],
    ...changes,
  };
}

const tombstone = (id: number, revision: number) =>
  view(id, { revision, deleted: true, name: '', status: 'failed', files: [] });
const query = (changes: Partial<ListQuery> = {}): ListQuery => ({
  page: 1,
  limit: 20,
  sort: { field: 'id', direction: 'asc' },
  ...changes,
});

/** What every adapter of the port keeps. `open` gives an empty read model, a new one at each call. */
export function readModelContract(name: string, open: () => Promise<ReadModelSubject>): void {
  describe(`${name} as a read model`, () => {
    let subject: ReadModelSubject;
    let model: ReadModel;
    beforeEach(async () => {
      subject = await open();
      model = subject.model;
    });
    afterEach(async () => {
      await model.close();
      await subject.remove();
    });
    const add = (...views: JobView[]) => model.replace(views.map((one) => ({ view: one, over: null })));
    const ids = async (changes: Partial<ListQuery>) =>
      (await model.list(query(changes))).data.map(({ id }) => id);
    const allIds = async () => {
      const found: number[] = [];
      for await (const { id } of model.all()) found.push(id);
      return found;
    };

    it('gives back each document as it was written, and leaves unknown ids out', async () => {
      const name = 'Größe 100%_"\' 领収書 🧾';
      const written = view(7, { name, removed: [{ status: 'failed', attempt: 2 }] });
      expect(await add(written)).toEqual([true]);
      expect(await model.get([7, 8])).toEqual(new Map([[7, written]]));
      expect(await model.get([])).toEqual(new Map());
      expect(await model.replace([])).toEqual([]);
    });

    it('replaces a document only over the revision that it follows', async () => {
      await add(view(1));
      const next = view(1, { revision: 2, name: 'next' });
      const replacements = [
        { view: view(1, { name: 'again' }), over: null },
        { view: view(1, { name: 'ahead', revision: 5 }), over: 4 },
        { view: view(2, { name: 'over nothing', revision: 2 }), over: 1 },
        { view: next, over: 1 },
        { view: view(3), over: null },
      ];
      expect(await model.replace(replacements)).toEqual([false, false, false, true, true]);
      expect(await model.get([1, 2, 3])).toEqual(
        new Map([
          [1, next],
          [3, view(3)],
        ]),
      );
      expect((await model.list(query())).total).toBe(2);
    });

    it('applies the replacements of one call in their order', async () => {
      const steps = [1, 2, 3].map((revision) => ({
        view: view(1, { revision }),
        over: revision === 1 ? null : revision - 1,
      }));
      expect(await model.replace(steps)).toEqual([true, true, true]);
      expect((await model.get([1])).get(1)?.revision).toBe(3);
    });

    it('lets exactly one of several concurrent writers win', async () => {
      const connections = await Promise.all([subject.connect(), subject.connect(), subject.connect()]);
      const race = async (over: number | null, revision: number) => {
        const entries = connections.map((writer, n) =>
          writer.replace([{ view: view(1, { revision, name: `writer ${n}` }), over }]),
        );
        const won = (await Promise.all(entries)).map(([written]) => written);
        expect(won.filter(Boolean)).toHaveLength(1);
        expect((await model.get([1])).get(1)?.name).toBe(`writer ${won.indexOf(true)}`);
      };
      await race(null, 1);
      for (let revision = 1; revision < 10; revision++) await race(revision, revision + 1);
      await Promise.all(connections.map((connection) => connection.close()));
    });

    it('leaves tombstones out of listings and counts, and in get and all', async () => {
      await add(view(1), view(2));
      await model.replace([{ view: tombstone(1, 2), over: 1 }]);
      await add(tombstone(3, 4));
      const { data, total } = await model.list(query());
      expect(data.map(({ id }) => id)).toEqual([2]);
      expect(total).toBe(1);
      expect(await ids({ search: 'receipt-1' })).toEqual([]);
      expect((await model.list(query({ status: 'failed' }))).total).toBe(0);
      expect((await model.get([1])).get(1)).toEqual(tombstone(1, 2));
      expect(await allIds()).toEqual([1, 2, 3]);
    });

    it('lists summaries', async () => {
      await add(view(1, { status: 'running', revision: 4, updatedAt: at(9) }));
      const summary = { id: 1, revision: 4, name: 'Job 1', status: 'running', fileCount: 1 };
      const expected = { ...summary, createdAt: at(1), updatedAt: at(9) };
      expect(await model.list(query())).toEqual({ data: [expected], total: 1 });
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
      await add(...views);
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
                ids({ page, limit: 5, sort: { field, direction }, status, search }),
              );
              expect((await Promise.all(pages)).flat()).toEqual(sorted.map(({ id }) => id));
              expect((await model.list(query({ status, search }))).total).toBe(kept.length);
            }
    });

    it('counts by status as documents change', async () => {
      await add(view(1), view(2), view(3));
      await model.replace([{ view: view(1, { revision: 2, status: 'running' }), over: 1 }]);
      await model.replace([{ view: view(1, { revision: 3, status: 'completed' }), over: 2 }]);
      const totals = async () => {
        const statuses: JobStatus[] = ['pending', 'running', 'completed', 'failed'];
        return Promise.all(statuses.map(async (status) => (await model.list(query({ status }))).total));
      };
      expect(await totals()).toEqual([2, 0, 1, 0]);
      await model.replace([{ view: tombstone(1, 4), over: 3 }]);
      expect(await totals()).toEqual([2, 0, 0, 0]);
    });

    it('finds text in job and file names, whatever its case, script or wildcards', async () => {
      const [file] = view(2).files;
      if (!file) throw new Error('A view has a file');
      await add(
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
        expect([search, await ids({ search })]).toEqual([search, expected]);
        expect((await model.list(query({ search }))).total).toBe(expected.length);
      }
    });

    it('finds a job by its new name alone once that has changed', async () => {
      await add(view(1, { name: 'before' }));
      await model.replace([{ view: view(1, { name: 'after', revision: 2 }), over: 1 }]);
      expect(await ids({ search: 'before' })).toEqual([]);
      expect(await ids({ search: 'after' })).toEqual([1]);
    });

    it('shows a generation only once it is active, and then nothing of the one before', async () => {
      await add(view(1), view(2));
      const next = await model.startGeneration();
      await next.replace([{ view: view(2, { name: 'rebuilt' }), over: null }]);
      expect(await allIds()).toEqual([1, 2]);
      expect(await next.get([1, 2])).toEqual(new Map([[2, view(2, { name: 'rebuilt' })]]));
      await next.activate();
      expect(await allIds()).toEqual([2]);
      expect((await model.list(query())).data[0]?.name).toBe('rebuilt');
      expect((await model.list(query())).total).toBe(1);
      await next.discard();
      expect(await allIds()).toEqual([2]);
      expect(await model.replace([{ view: view(2, { revision: 2 }), over: 1 }])).toEqual([true]);
    });

    it('drops a generation that is discarded or overtaken', async () => {
      await add(view(1));
      const first = await model.startGeneration();
      await first.replace([{ view: view(5), over: null }]);
      const second = await model.startGeneration();
      await expect(first.replace([{ view: view(6), over: null }])).rejects.toThrow();
      await expect(first.activate()).rejects.toThrow();
      expect(await second.get([5])).toEqual(new Map());
      await second.discard();
      expect(await allIds()).toEqual([1]);
    });

    it('reads on without a failure while generations switch', async () => {
      const count = 450;
      const views = Array.from({ length: count }, (_, n) => view(n + 1));
      await add(...views);
      const reader = await subject.connect();
      const seen: number[] = [];
      let switches = 0;
      for await (const { id } of reader.all()) {
        seen.push(id);
        if (id % 100 !== 50) continue;
        const next = await model.startGeneration();
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

    it('keeps documents and the active generation over a reconnect', async () => {
      const next = await model.startGeneration();
      await next.replace([{ view: view(4), over: null }]);
      await next.activate();
      await model.close();
      model = await subject.connect();
      expect(await allIds()).toEqual([4]);
      await model.ping();
    });

    it('says that it is unavailable once it is closed', async () => {
      await model.close();
      await expect(model.ping()).rejects.toMatchObject({
        name: 'ReadModelUnavailableError',
        transient: true,
      });
      await expect(model.list(query())).rejects.toMatchObject({ name: 'ReadModelUnavailableError' });
    });
  });
}

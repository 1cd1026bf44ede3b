import { describe, expect, it } from 'vitest';
import type { EventToAppend, ExpectedRevision } from '../event-store.ts';
import { type ContractContext, event, events, idsOf, toArray } from './subject.ts';

/** How streams grow: only if the writer's expectation holds, as a whole, and once. */
export function appendingContract(context: ContractContext): void {
  const stream = () => `${context.prefix}stream`;
  const append = (some: readonly EventToAppend[], expected: ExpectedRevision) =>
    context.store.append(stream(), some, { expected });
  const stored = async (name = stream()) => toArray(context.store.read(name));
  const storedIds = async () => idsOf(await stored());

  describe('append', () => {
    it('appends its events one after another, and returns the revision and the position of the last one', async () => {
      const [first, second, third] = [events(1), events(3, 1), events(1, 4)];
      expect((await append(first, 'no_stream')).revision).toBe(0);
      expect((await append(second, 0)).revision).toBe(3);
      const { revision, position } = await append(third, 'any');
      expect(revision).toBe(4);
      const all = await stored();
      expect(idsOf(all)).toEqual(idsOf([...first, ...second, ...third]));
      expect(all.map((one) => one.revision)).toEqual([0, 1, 2, 3, 4]);
      expect(all.at(-1)?.position).toBe(position);
    });

    it('refuses a wrong expectation, reports the revision of the stream, and writes nothing', async () => {
      const refuses = async (expected: ExpectedRevision, actual: number | null) =>
        expect(append(events(2), expected)).rejects.toMatchObject({
          name: 'ConcurrencyError',
          stream: stream(),
          expected,
          actual,
        });
      for (const expected of [0, 7]) await refuses(expected, null);
      expect(await stored()).toEqual([]);
      const kept = events(3);
      await append(kept, 'no_stream');
      for (const expected of ['no_stream', 0, 1, 3, 100] as const) await refuses(expected, 2);
      expect(await storedIds()).toEqual(idsOf(kept));
    });

    it('lets exactly one of many writers with the same expectation win', async () => {
      const other = await context.connect();
      for (const expected of ['no_stream', 0, 1] as const) {
        const attempts = Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? context.store : other).append(stream(), [event({ n })], { expected }),
        );
        const results = await Promise.allSettled(attempts);
        const lost = results.filter((result) => result.status === 'rejected');
        expect(lost).toHaveLength(19);
        for (const { reason } of lost) expect(reason).toMatchObject({ name: 'ConcurrencyError' });
      }
      expect(await stored()).toHaveLength(3);
      await other.close();
    });

    it('returns the original revision for a repetition, and writes nothing', async () => {
      const [created, grown, added] = [events(2), events(3, 2), events(2, 5)];
      await append(created, 'no_stream');
      await append(grown, 1);
      await append(added, 'any');
      const other = await context.connect();
      for (const store of [context.store, other]) {
        const again = async (some: readonly EventToAppend[], expected: ExpectedRevision) =>
          (await store.append(stream(), some, { expected })).revision;
        expect(await again(created, 'no_stream')).toBe(1);
        expect(await again(grown, 1)).toBe(4);
        expect(await again(added, 'any')).toBe(6);
      }
      await other.close();
      expect(await storedIds()).toEqual(idsOf([...created, ...grown, ...added]));
    });

    it('writes once what is appended several times at once', async () => {
      const same = events(2);
      const results = await Promise.all(Array.from({ length: 10 }, () => append(same, 'no_stream')));
      expect(results.map(({ revision }) => revision)).toEqual(Array(10).fill(1));
      expect(await storedIds()).toEqual(idsOf(same));
    });

    it('refuses an append as a whole if the stream holds part of it', async () => {
      const known = events(2);
      await append(known, 'no_stream');
      const partly = append([...known, event()], 'no_stream');
      await expect(partly).rejects.toMatchObject({ name: 'ConcurrencyError', actual: 1 });
      expect(await storedIds()).toEqual(idsOf(known));
    });

    it('treats the same id in another stream as another event', async () => {
      const same = event();
      await append([same], 'no_stream');
      const elsewhere = await context.store.append(`${stream()}-2`, [same], { expected: 'no_stream' });
      expect(elsewhere.revision).toBe(0);
    });

    it('keeps every event of many concurrent writers once, each stream in order', async () => {
      const streams = ['a', 'b', 'c', 'd'].map((name) => `${context.prefix}${name}`);
      const connections = [context.store, await context.connect()];
      const write = async (writer: number) => {
        for (let n = 0; n < 10; n++) {
          const name = streams[(writer + n) % streams.length] ?? '';
          const some = [event({ writer, n }), event({ writer, n: n + 0.5 })];
          await connections[writer % 2]?.append(name, some, { expected: 'any' });
        }
      };
      await Promise.all(Array.from({ length: 20 }, (_, writer) => write(writer)));
      await connections[1]?.close();
      const all = await Promise.all(streams.map((name) => stored(name)));
      expect(new Set(all.flatMap(idsOf)).size).toBe(400);
      for (const one of all) {
        expect(one.map(({ revision }) => revision)).toEqual(one.map((_, index) => index));
        for (let writer = 0; writer < 20; writer++) {
          const own = one.filter(({ data }) => data.writer === writer).map(({ data }) => Number(data.n));
          expect(own).toEqual(own.toSorted((a, b) => a - b));
        }
        // The two events of an append are adjacent.
        for (let at = 0; at < one.length; at += 2)
          expect(one[at + 1]?.data).toEqual({
            writer: one[at]?.data.writer,
            n: Number(one[at]?.data.n) + 0.5,
          });
      }
    });

    it('returns what was written, whatever the script, and when', async () => {
      const data = { name: 'Größe 領収書 🧾 \u0000 \\ " \n', deep: [{ n: -0.1e-7 }, null, true, []], '': '' };
      const metadata = { ключ: 'значение', nothing: null };
      const name = `${context.prefix}große-領収書-🧾`;
      const written = { ...event(data), type: 'Ereignis領', metadata };
      const before = Date.now();
      const { position } = await context.store.append(name, [written], { expected: 'no_stream' });
      const [read] = await stored(name);
      expect(read).toMatchObject({ ...written, stream: name, revision: 0, position });
      expect(read?.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(Math.abs(Date.parse(read?.recordedAt ?? '') - before)).toBeLessThan(60_000);
    });

    it('accepts a megabyte, and refuses what can never be stored', async () => {
      const refuses = (name: string, some: readonly EventToAppend[]) =>
        expect(context.store.append(name, some, { expected: 'any' })).rejects.toMatchObject({
          name: 'InvalidAppendError',
        });
      const half = { text: 'x'.repeat(500_000) };
      const twice = event();
      await refuses(stream(), [event(half), event(half), event(half)]);
      await refuses(stream(), []);
      await refuses(stream(), [twice, twice]);
      await refuses(stream(), [event(), { ...event(), id: 'no-uuid' }]);
      await refuses('', [event()]);
      await refuses('$all', [event()]);
      expect(await stored()).toEqual([]);
      await append([event(half), event(half)], 'no_stream');
      expect((await stored()).map(({ data }) => data)).toEqual([half, half]);
    });

    it('writes nothing if its signal has aborted before', async () => {
      const reason = new Error('the client left');
      const options = { expected: 'any', signal: AbortSignal.abort(reason) } as const;
      await expect(context.store.append(stream(), [event()], options)).rejects.toBe(reason);
      expect(await stored()).toEqual([]);
    });
  });
}

import { describe, expect, it } from 'vitest';
import type { ReadOptions } from '../event-store.ts';
import { isFence, proveUnchanged } from '../fence.ts';
import { type ContractContext, event, events, idsOf, toArray } from './subject.ts';

/** How streams are read and truncated. */
export function readingContract(context: ContractContext): void {
  const stream = () => `${context.prefix}stream`;
  const revisions = async (options?: ReadOptions) =>
    (await toArray(context.store.read(stream(), options))).map(({ revision }) => revision);
  const fill = (count: number) => context.store.append(stream(), events(count), { expected: 'no_stream' });
  const append = (expected: 'any' | 'no_stream' | number) =>
    context.store.append(stream(), [event()], { expected });

  describe('read', () => {
    it('returns a stream in both directions, from any revision, up to any limit', async () => {
      const count = 230;
      await fill(count);
      const upwards = Array.from({ length: count }, (_, revision) => revision);
      expect(await revisions()).toEqual(upwards);
      expect(await revisions({ direction: 'backwards' })).toEqual(upwards.toReversed());
      for (const from of [0, 1, 99, 100, 229])
        for (const limit of [undefined, 1, 99, 100, 101, 1_000]) {
          const options = { from, ...(limit === undefined ? {} : { limit }) };
          expect(await revisions(options)).toEqual(upwards.slice(from).slice(0, limit));
          const downwards = upwards.slice(0, from + 1).toReversed();
          expect(await revisions({ ...options, direction: 'backwards' })).toEqual(downwards.slice(0, limit));
        }
      expect(await revisions({ direction: 'backwards', limit: 1 })).toEqual([229]);
      expect(await revisions({ from: count })).toEqual([]);
      expect(await revisions({ limit: 0 })).toEqual([]);
    });

    it('returns nothing for a stream that does not exist', async () => {
      await context.store.append(`${stream()}-other`, [event()], { expected: 'any' });
      expect(await revisions()).toEqual([]);
      expect(await revisions({ direction: 'backwards' })).toEqual([]);
    });

    it('stops when its signal aborts', async () => {
      await fill(150);
      const reason = new Error('the client left');
      await expect(revisions({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });

    it('may be left before its end', async () => {
      await fill(150);
      for await (const { revision } of context.store.read(stream())) if (revision === 3) break;
      expect(await revisions({ from: 149 })).toEqual([149]);
    });
  });

  describe('a read that its caller knows to reach some revision', () => {
    const stale = { name: 'StaleReadError', transient: true };

    it('is complete, whatever its direction and limit, or a transient error', async () => {
      const missing = revisions({ atLeast: 0 });
      await expect(missing).rejects.toMatchObject(stale);
      await fill(150);
      for (const atLeast of [0, 100, 149]) {
        expect(await revisions({ atLeast })).toHaveLength(150);
        expect(await revisions({ atLeast, direction: 'backwards', limit: 1 })).toEqual([149]);
        expect(await revisions({ atLeast, from: 120, direction: 'backwards', limit: 1 })).toEqual([120]);
        expect(await revisions({ atLeast, from: 150 })).toEqual([]);
        expect(await revisions({ atLeast, limit: 2 })).toEqual([0, 1]);
        expect(await revisions({ atLeast, limit: 0 })).toEqual([]);
      }
      for (const atLeast of [150, 1_000])
        for (const options of [{}, { from: 149 }, { direction: 'backwards', limit: 1 }] as const)
          await expect(revisions({ ...options, atLeast })).rejects.toMatchObject(stale);
      await append(149);
      expect(await revisions({ atLeast: 150, from: 150 })).toEqual([150]);
    });
  });

  describe('a fence', () => {
    it('proves that a stream is as it was read, and is a conflict for whoever writes later', async () => {
      expect(await proveUnchanged(context.store, stream(), 'none')).toBe(0);
      await expect(append('no_stream')).rejects.toMatchObject({ name: 'ConcurrencyError', actual: 0 });
      await append(0);
      expect(await proveUnchanged(context.store, stream(), 1)).toBe(2);
      await expect(append(1)).rejects.toMatchObject({ name: 'ConcurrencyError', actual: 2 });
      const fences = (await toArray(context.store.read(stream()))).map(isFence);
      expect(fences).toEqual([true, false, true]);
    });

    it('is refused at a stale revision, and writes nothing', async () => {
      await fill(3);
      const other = await context.connect();
      for (const revision of ['none', 0, 1, 3] as const) {
        const fence = proveUnchanged(other, stream(), revision);
        await expect(fence).rejects.toMatchObject({ name: 'StaleReadError', transient: true });
      }
      expect(await revisions()).toEqual([0, 1, 2]);
      await other.close();
    });

    it('holds for a truncated stream as for one that never existed', async () => {
      await fill(3);
      await context.store.truncate(stream(), 3);
      expect(await proveUnchanged(context.store, stream(), 'none')).toBe(3);
    });
  });

  describe('truncate', () => {
    it('forgets what is before a revision, and keeps the numbers of the rest', async () => {
      await fill(10);
      await context.store.truncate(stream(), 7);
      expect(await revisions()).toEqual([7, 8, 9]);
      expect(await revisions({ from: 2 })).toEqual([7, 8, 9]);
      expect(await revisions({ direction: 'backwards' })).toEqual([9, 8, 7]);
      await expect(append('no_stream')).rejects.toMatchObject({ name: 'ConcurrencyError', actual: 9 });
      expect((await append(9)).revision).toBe(10);
      expect(await revisions({ limit: 2 })).toEqual([7, 8]);
    });

    it('leaves a stream as if it did not exist if it forgets all of it, and numbering goes on', async () => {
      await fill(3);
      await context.store.truncate(stream(), 3);
      expect(await revisions()).toEqual([]);
      expect(await revisions({ direction: 'backwards' })).toEqual([]);
      expect((await append('no_stream')).revision).toBe(3);
      expect(await revisions()).toEqual([3]);
      await context.store.truncate(stream(), 4);
      expect((await append('any')).revision).toBe(4);
    });

    it('changes nothing if there is nothing to forget', async () => {
      await context.store.truncate(stream(), 5);
      expect((await append('no_stream')).revision).toBe(0);
      for (let revision = 0; revision < 4; revision++) await append(revision);
      await context.store.truncate(stream(), 3);
      await context.store.truncate(stream(), 3);
      await context.store.truncate(stream(), 1);
      await context.store.truncate(stream(), 0);
      expect(await revisions()).toEqual([3, 4]);
    });

    it('leaves the other streams alone', async () => {
      const kept = events(3);
      await context.store.append(`${stream()}-other`, kept, { expected: 'no_stream' });
      await fill(3);
      await context.store.truncate(stream(), 3);
      const other = await toArray(context.store.read(`${stream()}-other`));
      expect(idsOf(other)).toEqual(idsOf(kept));
    });
  });
}

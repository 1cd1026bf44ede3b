import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkpoints, saveCheckpoint } from './checkpoints.ts';
import { appendingContract } from './contract/appending.ts';
import { type DisturbedSubject, disturbedContract } from './contract/disturbed.ts';
import { readingContract } from './contract/reading.ts';
import { type ContractContext, type EventStoreSubject, event, toArray } from './contract/subject.ts';
import { subscribingContract } from './contract/subscribing.ts';
import type { EventStore } from './event-store.ts';
import { createLease } from './lease.ts';

export type { DisturbedSubject } from './contract/disturbed.ts';
export type { EventStoreSubject } from './contract/subject.ts';

/**
 * The promises of the port, tested on every adapter. `open` returns a connection to a store, a new one at each call;
 * the log may be the same one each time, since the suite names its streams so that no two tests share one.
 * `openDisturbed` returns a cluster of the test's own whose nodes can be disturbed; it is left out for a store without
 * nodes.
 */
export function eventStoreContract(
  name: string,
  open: () => Promise<EventStoreSubject>,
  openDisturbed?: () => Promise<DisturbedSubject>,
): void {
  describe(`${name} as an event store`, () => {
    let subject: EventStoreSubject;
    let store: EventStore;
    let prefix: string;
    beforeEach(async () => {
      subject = await open();
      store = subject.store;
      prefix = `contract-${randomUUID()}-`;
    });
    afterEach(async () => {
      await store.close();
      await subject.remove();
    });
    const context: ContractContext = {
      get store() {
        return store;
      },
      get prefix() {
        return prefix;
      },
      connect: () => subject.connect(),
    };

    appendingContract(context);
    readingContract(context);
    subscribingContract(context);
    if (openDisturbed) disturbedContract(openDisturbed);

    it('keeps events over a reconnect, and shows them to other connections', async () => {
      const other = await subject.connect();
      const kept = event({ n: 1 });
      await store.append(`${prefix}s`, [kept], { expected: 'no_stream' });
      const read = async (from: EventStore) => toArray(from.read(`${prefix}s`));
      const [written] = await read(store);
      expect(written).toMatchObject(kept);
      expect(await read(other)).toEqual([written]);
      await store.close();
      store = await subject.connect();
      expect(await read(store)).toEqual([written]);
      await store.ping();
      await other.close();
    });

    it('keeps checkpoints by their name, over a reconnect, and only the last ones', async () => {
      const load = (name: string) => toArray(checkpoints(store, `${prefix}${name}`));
      expect(await load('relay')).toEqual([]);
      for (let n = 0; n <= 105; n++) await saveCheckpoint(store, `${prefix}relay`, `at-${n}`, { n });
      await saveCheckpoint(store, `${prefix}other`, 'elsewhere');
      await store.close();
      store = await subject.connect();
      expect(await load('other')).toEqual([{ position: 'elsewhere', notes: {} }]);
      const kept = await load('relay');
      expect(kept[0]).toEqual({ position: 'at-105', notes: { n: 105 } });
      expect(kept.length).toBeGreaterThan(50);
      expect(kept.length).toBeLessThan(100);
      await saveCheckpoint(store, `${prefix}other`, undefined);
      expect((await load('other'))[0]).toEqual({ position: undefined, notes: {} });
    });

    it('grants a lease to one connection at a time, and to the next one once it is released', async () => {
      const other = await subject.connect();
      const [mine, theirs] = [store, other].map((on) => createLease({ store: on, name: `${prefix}relay` }));
      const attempts = async () => [await mine?.attempt(), await theirs?.attempt()];
      for (let n = 0; n < 3; n++) expect(await attempts()).toEqual([true, false]);
      await mine?.release();
      expect((await attempts()).reverse()).toEqual([false, true]);
      await other.close();
    });

    it('is unavailable once it is closed', async () => {
      await store.close();
      const unavailable = { name: 'EventStoreUnavailableError', transient: true };
      await expect(store.ping()).rejects.toMatchObject(unavailable);
      const append = store.append(`${prefix}s`, [event()], { expected: 'any' });
      await expect(append).rejects.toMatchObject(unavailable);
      await expect(toArray(store.read(`${prefix}s`))).rejects.toMatchObject(unavailable);
      await expect(store.truncate(`${prefix}s`, 1)).rejects.toMatchObject(unavailable);
    });
  });
}

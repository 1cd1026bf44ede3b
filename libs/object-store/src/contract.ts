import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesOf } from './contract/bodies.ts';
import { keysContract } from './contract/keys.ts';
import { readingContract } from './contract/reading.ts';
import { keysOf, type ObjectStoreSubject } from './contract/subject.ts';
import { writingContract } from './contract/writing.ts';
import type { ObjectStore } from './object-store.ts';

const MINUTE_MS = 60_000;

export type { ObjectStoreSubject } from './contract/subject.ts';

/** What every adapter of the port keeps. `open` returns an empty store, a new one at each call. */
export function objectStoreContract(name: string, open: () => Promise<ObjectStoreSubject>): void {
  describe(`${name} as an object store`, () => {
    let subject: ObjectStoreSubject;
    let store: ObjectStore;
    beforeEach(async () => {
      subject = await open();
      store = subject.store;
    });
    afterEach(async () => {
      await store.close();
      await subject.remove();
    });

    writingContract(() => store);
    readingContract(() => store);
    keysContract(() => store);

    it('keeps objects over a reconnect, and shows them to other connections', async () => {
      const other = await subject.connect();
      await store.put('k', Buffer.from('kept'));
      expect((await bytesOf(await other.get('k'))).toString()).toBe('kept');
      await store.close();
      store = await subject.connect();
      expect(await keysOf(store)).toEqual(['k']);
      await other.close();
    });

    it('sweeps without touching what is finished', async () => {
      await store.put('k', Buffer.from('kept'));
      await store.sweepUnfinished(new Date(Date.now() + MINUTE_MS));
      expect(await keysOf(store)).toEqual(['k']);
      await store.ping();
    });
  });
}

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventStore } from '../event-store.ts';
import { proveUnchanged } from '../fence.ts';
import { event, events, follow, idsOf, toArray } from './subject.ts';

/** A cluster, which the contract can disturb as real ones are. */
export interface DisturbedSubject {
  /** A connection as services have it. */
  connect(): Promise<EventStore>;
  /** A connection whose first node lags: it shows only after some seconds what is written. */
  connectToLagging(): Promise<EventStore>;
  /** A connection whose own clock is behind that of the cluster by more than any call may take. */
  connectBehind(): Promise<EventStore>;
  /** Cuts the leader off from the others, while clients still reach it; the others go on without it. */
  cutOffLeader(): Promise<void>;
  /** Removes the cluster; all connections are closed by then. */
  remove(): Promise<void>;
}

const PATIENCE = { timeout: 45_000, interval: 50 };

/** What an adapter to a cluster promises beyond the rest, whatever happens to its node. */
export function disturbedContract(open: () => Promise<DisturbedSubject>): void {
  describe('with a node that', () => {
    let subject: DisturbedSubject;
    const opened: EventStore[] = [];
    const opening = async (connecting: Promise<EventStore>) => {
      const store = await connecting;
      opened.push(store);
      return store;
    };
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((store) => store.close()));
      await subject.remove();
    });

    it('lags: reads its own write through a lagging node', async () => {
      const store = await opening(subject.connectToLagging());
      for (let n = 0; n < 20; n++) {
        const [first, second] = events(2);
        await store.append(`s-${n}`, [first!], { expected: 'no_stream' });
        expect(idsOf(await toArray(store.read(`s-${n}`)))).toEqual([first!.id]);
        await store.append(`s-${n}`, [second!], { expected: 0 });
        expect(await toArray(store.read(`s-${n}`, { atLeast: 1 }))).toHaveLength(2);
      }
    });

    it('lags: reports that it has caught up only once it returned all that was there', async () => {
      const [store, writer] = [await opening(subject.connectToLagging()), await opening(subject.connect())];
      const some = events(5);
      await writer.append('s', some, { expected: 'no_stream' });
      const seen: string[] = [];
      const { signal } = new AbortController();
      for await (const step of store.subscribe({ streamPrefix: 's', signal })) {
        seen.push(...idsOf(step.event ? [step.event] : []));
        if (step.caughtUp) break;
      }
      expect(seen).toEqual(idsOf(some));
    });

    it('is cut off: learns that its node is cut off, and hears what the others write', async () => {
      const store = await opening(subject.connect());
      const follower = follow(store, { streamPrefix: 's' });
      const [first, second] = events(2);
      await store.append('s', [first!], { expected: 'no_stream' });
      expect(await follower.ids(1)).toEqual([first!.id]);
      await subject.cutOffLeader();
      const other = await opening(subject.connect());
      const append = () => other.append('s', [second!], { expected: 0 }).then(() => 'done', String);
      await expect.poll(append, PATIENCE).toBe('done');
      await expect.poll(() => idsOf(follower.events()), PATIENCE).toEqual([first!.id, second!.id]);
      await expect.poll(() => store.ping().then(() => 'up', String), PATIENCE).toBe('up');
      await follower.stop();
    }, 120_000);

    it('is cut off: proves nothing from what that node still answers', async () => {
      const store = await opening(subject.connect());
      await store.append('s', [event()], { expected: 'no_stream' });
      expect(await toArray(store.read('absent'))).toEqual([]);
      await subject.cutOffLeader();
      const other = await opening(subject.connect());
      const append = (name: string, expected: 'no_stream' | 0) => {
        const one = event();
        return () => other.append(name, [one], { expected }).then(() => 'done', String);
      };
      await expect.poll(append('s', 0), PATIENCE).toBe('done');
      await expect.poll(append('absent', 'no_stream'), PATIENCE).toBe('done');
      for (const [name, revision] of [
        ['s', 0],
        ['absent', 'none'],
      ] as const) {
        const prove = () => proveUnchanged(store, name, revision).then(String, ({ name }) => name);
        const seen = new Set<string>();
        await expect
          .poll(async () => {
            seen.add(await prove());
            return [...seen].at(-1);
          }, PATIENCE)
          .toBe('StaleReadError');
        expect(
          [...seen].filter((one) => !['EventStoreUnavailableError', 'StaleReadError'].includes(one)),
        ).toEqual([]);
      }
      const read = () => toArray(store.read('s', { atLeast: 1 })).then(idsOf, () => []);
      await expect.poll(read, PATIENCE).toHaveLength(2);
    }, 180_000);

    it('is ahead: works with a clock that is behind', async () => {
      const store = await opening(subject.connectBehind());
      const follower = follow(store, { streamPrefix: 's' });
      const some = events(20);
      for (const one of some) await store.append('s', [one], { expected: 'any' });
      expect(await follower.ids(20)).toEqual(idsOf(some));
      await follower.stop();
    });
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { event, events, idsOf, toArray } from '../contract/subject.ts';
import { openEventStoreDb } from './index.ts';
import { startDouble } from './spec-support/double.ts';

const append = { expected: 'any' } as const;
const SLOW = { kind: 'slow', delayMs: 300 } as const;

async function startPair() {
  const double = await startDouble();
  const store = await openEventStoreDb({ url: double.url });
  onTestFinished(async () => {
    await store.close();
    await double.close();
  });
  return { double, store };
}

it.each(['before', 'after'])(
  'loses no append when the server of a store that was used %s dies, on the wire double (pitfall 10)',
  async (when) => {
    const [dying, living] = [await startPair(), await startPair()];
    for (const { store, double } of when === 'before' ? [dying, living] : [living, dying]) {
      await store.append('s', [event()], append);
      double.inject(SLOW);
    }
    const lost = expect(dying.store.append('s', [event()], append)).rejects.toMatchObject({
      name: 'EventStoreUnavailableError',
    });
    const some = events(10);
    const kept = some.map((one) => living.store.append('s', [one], append));
    await sleep(SLOW.delayMs / 3);
    await dying.double.close();
    await lost;
    expect(await Promise.all(kept)).toHaveLength(10);
    living.double.lift();
    const stored = idsOf(await toArray(living.store.read('s', { from: 1 })));
    expect(stored.toSorted()).toEqual(idsOf(some).toSorted());
  },
);

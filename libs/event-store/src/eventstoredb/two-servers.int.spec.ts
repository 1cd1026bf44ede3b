import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { event, events, idsOf, toArray } from '../contract/subject.ts';
import { openEventStoreDb } from './index.ts';
import { startDouble } from './spec-support/double.ts';

it('keeps the appends of one store out of the death of another one’s server, on the wire double (pitfall 10)', async () => {
  for (const first of [0, 1]) {
    const doubles = [await startDouble(), await startDouble()];
    const stores = [];
    for (const { url } of doubles) {
      const store = await openEventStoreDb({ url });
      // The first one to append is the one that may do so in batches.
      stores.push(store);
    }
    onTestFinished(async () => {
      for (const store of stores) await store.close();
      for (const double of doubles) await double.close();
    });
    const [dying, living] = first === 0 ? [0, 1] : [1, 0];
    await stores[0]?.append('warm', [event()], { expected: 'any' });
    await stores[1]?.append('warm', [event()], { expected: 'any' });
    const some = events(10);
    doubles[living]?.inject({ kind: 'slow', delayMs: 300 });
    doubles[dying]?.inject({ kind: 'slow', delayMs: 300 });
    const lost = stores[dying]?.append('s', [event()], { expected: 'any' });
    const kept = some.map((one) => stores[living]?.append('s', [one], { expected: 'any' }));
    await sleep(100);
    await Promise.all([
      doubles[dying]?.close(),
      expect(lost).rejects.toMatchObject({ name: 'EventStoreUnavailableError' }),
    ]);
    expect(await Promise.all(kept)).toHaveLength(10);
    doubles[living]?.lift();
    const read = await toArray(stores[living]?.read('s') ?? (async function* () {})());
    expect(idsOf(read).toSorted()).toEqual(idsOf(some).toSorted());
  }
});

import type { EventStore } from '@inkstream/event-store';

/** Lets all of these writers read the job before the first of them writes. */
export function racers(store: EventStore, count: number): EventStore {
  const ready = Promise.withResolvers<void>();
  let waiting = 0;
  const append: EventStore['append'] = async (...args) => {
    if (++waiting === count) ready.resolve();
    await ready.promise;
    return store.append(...args);
  };
  return { ...bound(store), append };
}

/** Runs something between the decision and the first append. */
export function interrupted(store: EventStore, meanwhile: () => Promise<unknown>): EventStore {
  let once: (() => Promise<unknown>) | null = meanwhile;
  const append: EventStore['append'] = async (...args) => {
    const first = once;
    once = null;
    await first?.();
    return store.append(...args);
  };
  return { ...bound(store), append };
}

/** The same store, whose methods can be replaced. */
export const bound = (store: EventStore): EventStore => ({
  append: (...args) => store.append(...args),
  read: (...args) => store.read(...args),
  subscribe: (...args) => store.subscribe(...args),
  truncate: (...args) => store.truncate(...args),
  ping: (...args) => store.ping(...args),
  close: () => store.close(),
});

import { type EventStore, EventStoreUnavailableError, StaleReadError } from '@inkstream/event-store';

/** A backend with some of its methods replaced. */
export const override = <T extends object>(backend: T, methods: Partial<T>): T =>
  new Proxy(backend, {
    get(target, name) {
      if (name in methods) return Reflect.get(methods, name);
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

/** How appends to jobs' streams go: as they should, or lost on the way there, or on the way back. */
export type AppendFault = 'none' | 'not_appended' | 'appended_unanswered';

/** An event store whose appends to jobs' streams go as `fault()` says. */
export const faultyAppends = (store: EventStore, fault: () => AppendFault): EventStore =>
  override(store, {
    async append(stream, events, options) {
      const current = stream.startsWith('ocrJob-') ? fault() : 'none';
      const appended = current === 'not_appended' ? null : await store.append(stream, events, options);
      if (appended && current === 'none') return appended;
      throw new EventStoreUnavailableError('cut off');
    },
  });

/** An event store on a node that is behind: its reads show streams up to the revision `upTo()`: -1 for nothing. */
export const staleReads = (store: EventStore, upTo: () => number): EventStore =>
  override(store, {
    async *read(stream, options = {}) {
      const last = upTo();
      if (last === Number.POSITIVE_INFINITY) return yield* store.read(stream, options);
      const { atLeast = -1, limit, ...rest } = options;
      const events = await Array.fromAsync(store.read(stream, rest));
      const stale = last < atLeast;
      if (stale && rest.direction === 'backwards') throw new StaleReadError('It lags');
      yield* events.filter(({ revision }) => revision <= last).slice(0, limit);
      if (stale) throw new StaleReadError('It lags');
    },
  });

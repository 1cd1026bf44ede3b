import type { EventLog } from './event-log.ts';
import { notReady } from './trailers.ts';

/** A node of a cluster as its clients see it: which calls it serves itself, and what it says of the others. */
export interface Membership {
  /** Throws a `CallError` if this node does not serve a read or a subscription. */
  admitRead(requiresLeader: boolean): void;
  /** Makes a write on the log that takes writes, or rejects with a `CallError`. */
  write<T>(requiresLeader: boolean, make: (log: EventLog) => Promise<T>): Promise<T>;
}

/** A cluster of one node, which leads. It takes no writes before it is ready, some time after its start (5.1). */
export const aloneFrom = (log: EventLog, readyAt: number): Membership => ({
  admitRead: () => undefined,
  write: async (_requiresLeader, make) => {
    if (performance.now() < readyAt) throw notReady();
    return make(log);
  },
});

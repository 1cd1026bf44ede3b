import type { EventLog } from './event-log.ts';
import { notReady } from './trailers.ts';

export interface EndPoint {
  readonly host: string;
  readonly port: number;
}

/** What a node takes itself for. `unknown`: there is no leader that it knows of. */
export type NodeState = 'leader' | 'follower' | 'unknown';

/** A node as another one sees it. */
export interface Peer {
  readonly instanceId: string;
  readonly endPoint: EndPoint;
  readonly state: NodeState;
  readonly alive: boolean;
}

/** A node of a cluster as its clients see it: which calls it serves itself, and what it says of the others. */
export interface Membership {
  readonly state: NodeState;
  /** Throws a `CallError` if this node does not serve a read or a subscription. */
  admitRead(requiresLeader: boolean): void;
  /** Makes a write on the log that takes writes, or rejects with a `CallError`. */
  write<T>(requiresLeader: boolean, make: (log: EventLog) => Promise<T>): Promise<T>;
  /** The cluster as this node sees it. */
  peers(): readonly Peer[];
}

/** What a node is when its membership begins. */
export interface Joining {
  readonly log: EventLog;
  readonly instanceId: string;
  readonly endPoint: EndPoint;
}

/** A cluster of one node, which leads. It takes no writes before it is ready, some time after its start (5.1). */
export const alone =
  (notReadyMs: number) =>
  ({ log, ...node }: Joining): Membership => {
    const readyAt = performance.now() + notReadyMs;
    return {
      state: 'leader',
      admitRead: () => undefined,
      write: async (_requiresLeader, make) => {
        if (performance.now() < readyAt) throw notReady();
        return make(log);
      },
      peers: () => [{ ...node, state: 'leader', alive: true }],
    };
  };

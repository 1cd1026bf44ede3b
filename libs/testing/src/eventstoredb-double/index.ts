import { alone } from './membership.ts';
import { type EventStoreDbDouble, type NodeOptions, startNode } from './node.ts';

export type { Clock } from './clock.ts';
export {
  type ClusterNode,
  type ClusterOptions,
  type ClusterTimes,
  type EventStoreDbCluster,
  startEventStoreDbCluster,
} from './cluster/index.ts';
export type { CallKind, Fault, FaultKind } from './faults.ts';
export { type ForkedDouble, forkEventStoreDbDouble } from './fork.ts';
export type { EventStoreDbDouble } from './node.ts';

export interface EventStoreDbDoubleOptions extends Omit<NodeOptions, 'seed'> {
  /** How long after the start writes are refused, since the server is not ready. Default: 0 ms. */
  readonly notReadyMs?: number;
}

/**
 * Starts a server that speaks EventStoreDB's protocol over a log in SQLite, so that the real client can be tested
 * where the real server can't run. What it serves: append (both calls), read, subscribe (with filters), delete,
 * tombstone, stream metadata, gossip; by HTTP health, users and scavenges. What it does not: links, projections,
 * persistent subscriptions. It does as EventStoreDB 24.10.4 was measured to; numbers such as 1.1 in comments and specs
 * are those facts' (docs/adr/0014).
 */
export const startEventStoreDbDouble = ({
  notReadyMs = 0,
  ...options
}: EventStoreDbDoubleOptions): Promise<EventStoreDbDouble> => startNode(options, alone(notReadyMs));

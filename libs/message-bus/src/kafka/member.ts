import type { Consumer, Kafka } from 'kafkajs';
import { RETRY } from './client.ts';
import { stickyAssigner } from './sticky-assigner.ts';

/** A member that is silent for this long is considered dead, in ms. */
const SESSION_TIMEOUT_MS = 15_000;
/** How often a member sends a heartbeat, and learns that its group changes, in ms. */
const HEARTBEAT_MS = 500;
/** How long the members of a group wait for each other to come together. */
const REBALANCE_TIMEOUT_MS = 30_000;
/** How long the broker holds a fetch that finds nothing; new messages end it at once. Closing waits for it too. */
const MAX_WAIT_MS = 500;
const MAX_BYTES_PER_PARTITION = 256 * 1024;
const MAX_BYTES = 2 * 1024 * 1024;

export interface MemberOptions {
  readonly group: string;
  readonly sessionTimeoutMs?: number | undefined;
  /** The partitions that the consumer has. */
  readonly owned: () => readonly number[];
}

/** A member of a group, a kafkajs consumer that never restarts itself. */
export function createMember(client: Kafka, options: MemberOptions): Consumer {
  const { group, sessionTimeoutMs = SESSION_TIMEOUT_MS, owned } = options;
  return client.consumer({
    groupId: group,
    partitionAssigners: [stickyAssigner(owned)],
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: Math.min(HEARTBEAT_MS, sessionTimeoutMs / 3),
    rebalanceTimeout: REBALANCE_TIMEOUT_MS,
    maxWaitTimeInMs: MAX_WAIT_MS,
    minBytes: 1,
    maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
    maxBytes: MAX_BYTES,
    allowAutoTopicCreation: false,
    retry: { ...RETRY, restartOnFailure: async () => false },
  });
}

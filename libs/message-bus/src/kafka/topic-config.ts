import type { IResourceConfigEntry } from 'kafkajs';
import type { TopicSpec } from '../message-bus.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MB = 1024 * 1024;

/** Without limit: work waits however long its consumers are away. What is finished is trimmed, see `trim`. */
export const FOR_EVER = -1;

/**
 * How a topic is kept, by Kafka's names: https://kafka.apache.org/documentation/#topicconfigs.
 *
 * Only closed segments are compacted or deleted, so segments are small and close early: a compacted topic, with a few
 * messages per second, would otherwise keep them all for a week.
 */
export function configOf({ retentionMs = FOR_EVER, compacted = false }: TopicSpec, replication: number) {
  const common = {
    'max.message.bytes': MB,
    // One replica may be missing, say while a broker restarts, without stopping publishing.
    'min.insync.replicas': Math.max(1, replication - 1),
    // The age of a message must not depend on a publisher's clock.
    'message.timestamp.type': 'LogAppendTime',
  };
  const kept = compacted
    ? {
        'cleanup.policy': 'compact',
        'segment.bytes': MB,
        'segment.ms': 10 * MINUTE_MS,
        'min.cleanable.dirty.ratio': 0.1,
        'max.compaction.lag.ms': 60 * MINUTE_MS,
      }
    : {
        'cleanup.policy': 'delete',
        'segment.bytes': 64 * MB,
        // What is trimmed, such as names of deleted jobs, leaves the disk with its segment.
        'segment.ms': DAY_MS,
        'retention.ms': retentionMs,
        'retention.bytes': FOR_EVER,
      };
  return Object.entries({ ...common, ...kept }).map(
    ([name, value]): IResourceConfigEntry => ({ name, value: String(value) }),
  );
}

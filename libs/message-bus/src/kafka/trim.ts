import kafkajs from 'kafkajs';
import { FOR_EVER } from './topic-config.ts';
import type { Topics } from './topics.ts';

/** How long messages stay that every group has finished: for people to look at, and for a new group. */
const KEEP_FINISHED_MS = 3_600_000;
/** How many groups are asked for their offsets at once. */
const GROUPS_AT_ONCE = 16;

export interface TrimOptions {
  readonly topic: string;
  readonly partitions: readonly number[];
  readonly now: Date;
  readonly keepFinishedMs?: number | undefined;
}

/**
 * Deletes what every group has finished and what is older than an hour, of a topic that otherwise keeps its messages
 * without limit. A group counts as soon as it consumes, since its first commit is where it begins, and until its
 * brokers forget it: `offsets.retention.minutes` (a week) after its last consumer left.
 */
export async function trim(topics: Topics, options: TrimOptions): Promise<void> {
  const { topic, now, keepFinishedMs = KEEP_FINISHED_MS } = options;
  if (options.partitions.length === 0 || !(await isKeptForEver(topics, topic))) return;
  const bounds = (await topics.bounds(topic)).filter(({ partition }) =>
    options.partitions.includes(partition),
  );
  const ends = await topics.call((admin) =>
    admin.fetchTopicOffsetsByTimestamp(topic, now.getTime() - keepFinishedMs),
  );
  const old = bounds.flatMap(({ partition, low }) => {
    const end = Number(ends.find((one) => one.partition === partition)?.offset ?? low);
    return end > low ? [{ partition, low, end }] : [];
  });
  if (old.length === 0) return;
  const finished = await finishedByAll(topics, topic, old);
  const done = old.flatMap(({ partition, low }) => {
    const end = finished.get(partition) ?? low;
    return end > low ? [{ partition, offset: String(end) }] : [];
  });
  if (done.length > 0) await topics.call((admin) => admin.deleteTopicRecords({ topic, partitions: done }));
}

async function isKeptForEver(topics: Topics, topic: string): Promise<boolean> {
  const { resources } = await topics.call((admin) =>
    admin.describeConfigs({
      includeSynonyms: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: topic,
          configNames: ['retention.ms', 'cleanup.policy'],
        },
      ],
    }),
  );
  const config = new Map(
    resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]),
  );
  return config.get('cleanup.policy') === 'delete' && config.get('retention.ms') === String(FOR_EVER);
}

interface Old {
  readonly partition: number;
  readonly low: number;
  readonly end: number;
}

/** How far every group is, up to `end`, by partition: at its start if a group has no committed offset in it. */
async function finishedByAll(topics: Topics, topic: string, old: readonly Old[]) {
  const finished = new Map<number, number>();
  const { groups } = await topics.call((admin) => admin.listGroups());
  for (let at = 0; at < groups.length; at += GROUPS_AT_ONCE) {
    const some = groups.slice(at, at + GROUPS_AT_ONCE);
    const places = await Promise.all(some.map(({ groupId }) => topics.committed(topic, groupId)));
    for (const committed of places.filter(({ size }) => size > 0)) {
      for (const { partition, low, end } of old) {
        const place = committed.get(partition)?.offset ?? low;
        finished.set(partition, Math.min(place, finished.get(partition) ?? end));
      }
    }
  }
  return finished;
}

import kafkajs from 'kafkajs';
import { FOR_EVER } from './topic-config.ts';
import type { Bounds, Topics } from './topics.ts';

/** How long messages stay that every group has finished: to look at, and for a group that begins. */
const KEEP_FINISHED_MS = 3_600_000;

export interface TrimOptions {
  readonly topic: string;
  readonly partitions: readonly number[];
  readonly now: Date;
  readonly keepFinishedMs?: number | undefined;
}

/**
 * Deletes what every group has finished and what is older than an hour, of a topic that keeps its messages for ever
 * otherwise. A group counts as soon as it consumes, since its first commit is where it begins, and until its brokers
 * forget it: `offsets.retention.minutes` (a week) after its last consumer left.
 */
export async function trim(topics: Topics, options: TrimOptions): Promise<void> {
  const { topic, now, keepFinishedMs = KEEP_FINISHED_MS } = options;
  if (options.partitions.length === 0 || !(await isKeptForEver(topics, topic))) return;
  const bounds = (await topics.bounds(topic)).filter(({ partition }) =>
    options.partitions.includes(partition),
  );
  const finished = await finishedByAll(topics, topic, bounds);
  const old = await topics.call((admin) =>
    admin.fetchTopicOffsetsByTimestamp(topic, now.getTime() - keepFinishedMs),
  );
  const ends = bounds.flatMap(({ partition, low }) => {
    const oldEnd = Number(old.find((one) => one.partition === partition)?.offset ?? low);
    const end = Math.min(finished.get(partition) ?? low, oldEnd);
    return end > low ? [{ partition, offset: String(end) }] : [];
  });
  if (ends.length > 0) await topics.call((admin) => admin.deleteTopicRecords({ topic, partitions: ends }));
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

/** The offset that no group has finished, by partition; a partition's start where a group has no place in it. */
async function finishedByAll(topics: Topics, topic: string, bounds: readonly Bounds[]) {
  const finished = new Map<number, number>();
  const { groups } = await topics.call((admin) => admin.listGroups());
  for (const { groupId } of groups) {
    const committed = await topics.committed(topic, groupId);
    if (committed.size === 0) continue;
    for (const { partition, low, high } of bounds) {
      const place = committed.get(partition)?.offset ?? low;
      finished.set(partition, Math.min(place, finished.get(partition) ?? high));
    }
  }
  return finished;
}

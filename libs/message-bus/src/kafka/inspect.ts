import type { TopicSpec } from '../message-bus.ts';
import { createClient } from './client.ts';
import type { KafkaMessageBusOptions } from './kafka-message-bus.ts';
import { faultsOf } from './topic-check.ts';

const ANSWER_MS = 5_000;

/** A cluster as it is found; nothing is made or changed. */
export interface KafkaState {
  readonly brokers: number;
  /** Topics that are not there yet. */
  readonly missing: readonly string[];
  /** A sentence for each topic whose settings differ from its spec. */
  readonly faults: readonly string[];
  /** Topics of which a broker lacks its copy. */
  readonly underReplicated: readonly string[];
}

/**
 * Looks at the brokers and at these topics.
 *
 * @throws kafkajs's errors.
 */
export async function inspectKafka(
  options: KafkaMessageBusOptions,
  specs: readonly TopicSpec[],
): Promise<KafkaState> {
  const client = createClient({ ...options, log: undefined, answerWithinMs: ANSWER_MS });
  const admin = client.admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    const known = new Set(await admin.listTopics());
    const there = specs.filter(({ name }) => known.has(name));
    const missing = specs.map(({ name }) => name).filter((name) => !known.has(name));
    if (there.length === 0) return { brokers: brokers.length, missing, faults: [], underReplicated: [] };
    const faults = await faultsOf(admin, there, options.partitions ?? 12);
    const { topics } = await admin.fetchTopicMetadata({ topics: there.map(({ name }) => name) });
    const lacking = topics.filter(({ partitions }) =>
      partitions.some(({ isr, replicas }) => isr.length < replicas.length),
    );
    return {
      brokers: brokers.length,
      missing,
      faults: [...faults.values()],
      underReplicated: lacking.map(({ name }) => name),
    };
  } finally {
    await admin.disconnect();
  }
}

import kafkajs, { type Admin } from 'kafkajs';
import type { TopicSpec } from '../message-bus.ts';
import { configOf } from './topic-config.ts';

/** The settings that decide how long messages are kept; others may differ. */
const CHECKED = ['cleanup.policy', 'retention.ms', 'retention.bytes'] as const;

/** A sentence for each topic whose settings differ from its spec: what they are and what they should be. */
export async function faultsOf(
  admin: Admin,
  specs: readonly TopicSpec[],
  partitions: number,
): Promise<ReadonlyMap<string, string>> {
  const { topics } = await admin.fetchTopicMetadata({ topics: specs.map(({ name }) => name) });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: specs.map(({ name }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configNames: [...CHECKED],
    })),
  });
  const faults = new Map<string, string>();
  for (const spec of specs) {
    const is = new Map<string, string>();
    const found = topics.find(({ name }) => name === spec.name);
    if (found) is.set('partitions', String(found.partitions.length));
    const config = resources.find(({ resourceName }) => resourceName === spec.name);
    for (const { configName, configValue } of config?.configEntries ?? []) is.set(configName, configValue);
    const differs = differences(is, spec, partitions);
    if (differs.length > 0) faults.set(spec.name, `Topic ${spec.name} has ${differs.join(', ')}`);
  }
  return faults;
}

function differences(is: ReadonlyMap<string, string>, spec: TopicSpec, partitions: number): string[] {
  const should = new Map(configOf(spec, 1).map(({ name, value }) => [name, value]));
  should.set('partitions', String(partitions));
  return ['partitions', ...CHECKED].flatMap((name) => {
    const [value, wanted] = [is.get(name), should.get(name)];
    return value === undefined || wanted === undefined || value === wanted
      ? []
      : [`${name} ${value} instead of ${wanted}`];
  });
}

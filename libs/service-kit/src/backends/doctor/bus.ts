import type { TopicSpec } from '@inkstream/message-bus';
import { type Check, fault, ok, warning } from '../../doctor/finding.ts';
import type { BackendConfig } from '../backend-config.ts';
import { DISTRIBUTED_NAMES, kafkaOptionsOf } from '../distributed.ts';

const REACH =
  'look whether it runs, and whether this machine reaches it: host, port, firewall, NetworkPolicy';
const SASL = 'correct KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD or KAFKA_SASL_MECHANISM';

/** The brokers, and the topics that services use: those of `topics` that are there. Makes none. */
export const busCheck = (config: BackendConfig, topics: readonly TopicSpec[]): Check => ({
  subject: DISTRIBUTED_NAMES.bus,
  todo: `${REACH}, and that each broker advertises an address that it has here; ${SASL}, or KAFKA_SSL, if it refuses`,
  async look() {
    const options = kafkaOptionsOf(config);
    const { inspectKafka } = await import('@inkstream/message-bus/kafka');
    const { brokers, missing, faults, underReplicated } = await inspectKafka(options, topics);
    const { replication = 1 } = options;
    return [
      ok(`${brokers} ${brokers === 1 ? 'broker answers' : 'brokers answer'}`),
      ...(brokers < replication
        ? [
            fault(
              `topics cannot be made with ${replication} replicas by ${brokers} brokers`,
              'start the others, or lower KAFKA_REPLICATION',
            ),
          ]
        : []),
      ...(missing.length === 0
        ? [ok(`all ${topics.length} topics are there`)]
        : [ok(`whoever needs them first makes these topics: ${missing.join(', ')}`)]),
      ...faults.map((says) =>
        warning(
          says,
          'change the topic (kafka-topics.sh --alter, kafka-configs.sh --alter), or KAFKA_PARTITIONS if its partitions are right',
        ),
      ),
      ...underReplicated.map((name) =>
        warning(`a broker lacks its copy of ${name}`, 'look which broker is away or behind'),
      ),
    ];
  },
});

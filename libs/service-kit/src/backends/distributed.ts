import type { Right, Scavenger } from '@inkstream/event-store';
import type { KafkaMessageBusOptions } from '@inkstream/message-bus/kafka';
import { metrics } from '@opentelemetry/api';
import type { Logger } from '../log.ts';
import { type BackendConfig, needed } from './backend-config.ts';
import type { Openers } from './backends.ts';
import { retryWhileUnavailable } from './retry-while-unavailable.ts';

/** The names by which operators know them. */
export const DISTRIBUTED_NAMES = {
  eventStore: 'The event store (EVENTSTORE_URL)',
  bus: 'Kafka (KAFKA_BROKERS)',
  objects: 'The object store (MINIO_URL)',
  readModel: 'MongoDB (MONGODB_URL)',
};

/** The number of replicas of a service that can share a topic. */
const PARTITIONS = 12;

function saslOf({ KAFKA_SASL_MECHANISM: mechanism, ...config }: BackendConfig) {
  if (mechanism === undefined) return undefined;
  const { KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD } = needed(
    config,
    'KAFKA_SASL_USERNAME',
    'KAFKA_SASL_PASSWORD',
  );
  return {
    mechanism,
    username: KAFKA_SASL_USERNAME,
    password: KAFKA_SASL_PASSWORD,
  } as KafkaMessageBusOptions['sasl'];
}

/** @throws ConfigError that names the missing variables. */
export function kafkaOptionsOf(config: BackendConfig): KafkaMessageBusOptions {
  const { KAFKA_BROKERS } = needed(config, 'KAFKA_BROKERS');
  return {
    brokers: KAFKA_BROKERS,
    partitions: config.KAFKA_PARTITIONS ?? PARTITIONS,
    replication: config.KAFKA_REPLICATION ?? 1,
    ssl: config.KAFKA_SSL ?? false,
    sasl: saslOf(config),
  };
}

/** EventStoreDB, Kafka, MinIO and MongoDB. */
export const distributed = (config: BackendConfig, log: Logger, rights: readonly Right[]): Openers => ({
  async eventStore() {
    const { EVENTSTORE_URL } = needed(config, 'EVENTSTORE_URL');
    const { openEventStoreDb, withRights } = await import('@inkstream/event-store/eventstoredb');
    const renewed = metrics
      .getMeter('inkstream')
      .createCounter('inkstream.event_store.subscriptions_renewed', {
        description: 'Subscriptions that received nothing for too long, as on a node that was cut off',
      });
    const onSilence = () => renewed.add(1);
    const store = await openEventStoreDb({ url: EVENTSTORE_URL, log, onSilence });
    return withRights(store, { url: EVENTSTORE_URL, rights, log });
  },
  async bus() {
    const options = kafkaOptionsOf(config);
    const { openKafkaMessageBus } = await import('@inkstream/message-bus/kafka');
    return openKafkaMessageBus({ ...options, log });
  },
  async objects() {
    const { MINIO_URL, MINIO_ACCESS_KEY, MINIO_SECRET_KEY } = needed(
      config,
      'MINIO_URL',
      'MINIO_ACCESS_KEY',
      'MINIO_SECRET_KEY',
    );
    const { openMinioObjectStore } = await import('@inkstream/object-store/minio');
    const open = () =>
      openMinioObjectStore({
        url: MINIO_URL,
        accessKey: MINIO_ACCESS_KEY,
        secretKey: MINIO_SECRET_KEY,
        bucket: config.MINIO_BUCKET ?? 'inkstream',
        ...(config.MINIO_REGION === undefined ? {} : { region: config.MINIO_REGION }),
        log,
      });
    // Opening it creates its bucket, for which it has to answer.
    return retryWhileUnavailable(DISTRIBUTED_NAMES.objects, open, log);
  },
  async readModel() {
    const { MONGODB_URL } = needed(config, 'MONGODB_URL');
    const { openMongoReadModel } = await import('@inkstream/read-model/mongodb');
    return openMongoReadModel({ url: MONGODB_URL, log });
  },
});

/** With the operations user if there is one; a server without security asks for none. */
export async function distributedScavenger(config: BackendConfig): Promise<Scavenger> {
  const { EVENTSTORE_URL } = needed(config, 'EVENTSTORE_URL');
  const { openEventStoreDbScavenger } = await import('@inkstream/event-store/eventstoredb');
  return openEventStoreDbScavenger({ url: config.EVENTSTORE_OPERATIONS_URL ?? EVENTSTORE_URL });
}

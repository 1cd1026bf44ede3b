import type { BackendKind } from '@inkstream/native-stack';
import { Wait, type WaitStrategy } from 'testcontainers';

interface ContainerRecipe {
  /** Inside the container. */
  readonly port: number;
  readonly environment: Record<string, string>;
  readonly command: readonly string[];
  readonly ready: WaitStrategy;
  readonly env: Readonly<Record<string, string>>;
}

const secret = { user: 'inkstream', password: 'inkstream-local' } as const;

/** How to run each backend's official image, and how to reach it, by the host and port that it is published at. */
export const containers: {
  readonly [Kind in BackendKind]: (host: string, port: number) => ContainerRecipe;
} = {
  kafka: (host, port) => ({
    port: 9092,
    environment: {
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${host}:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '8',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000',
      KAFKA_LOG_CLEANER_BACKOFF_MS: '500',
      KAFKA_LOG_RETENTION_CHECK_INTERVAL_MS: '1000',
    },
    command: [],
    ready: Wait.forLogMessage(/Kafka Server started/),
    env: { KAFKA_BROKERS: `${host}:${port}` },
  }),
  minio: (host, port) => ({
    port: 9000,
    environment: { MINIO_ROOT_USER: secret.user, MINIO_ROOT_PASSWORD: secret.password },
    command: ['server', '/data'],
    ready: Wait.forHttp('/minio/health/cluster', 9000),
    env: {
      MINIO_URL: `http://${host}:${port}`,
      MINIO_ACCESS_KEY: secret.user,
      MINIO_SECRET_KEY: secret.password,
      MINIO_BUCKET: 'inkstream',
    },
  }),
  versitygw: (host, port) => ({
    port: 7070,
    environment: { ROOT_ACCESS_KEY: secret.user, ROOT_SECRET_KEY: secret.password },
    // The one folder that the image has for it.
    command: ['--health', '/health', 'posix', '/tmp/vgw'],
    ready: Wait.forHttp('/health', 7070),
    env: {
      MINIO_URL: `http://${host}:${port}`,
      MINIO_ACCESS_KEY: secret.user,
      MINIO_SECRET_KEY: secret.password,
      MINIO_BUCKET: 'inkstream',
    },
  }),
  mongodb: (host, port) => ({
    port: 27017,
    environment: {},
    command: [],
    ready: Wait.forLogMessage(/"Waiting for connections"/),
    env: { MONGODB_URL: `mongodb://${host}:${port}/inkstream` },
  }),
  eventstoredb: (host, port) => ({
    port: 2113,
    environment: { EVENTSTORE_INSECURE: 'true', EVENTSTORE_MEM_DB: 'true' },
    command: [],
    ready: Wait.forHttp('/health/live', 2113).forStatusCode(204),
    env: { EVENTSTORE_URL: `esdb://${host}:${port}?tls=false` },
  }),
};

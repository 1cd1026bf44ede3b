import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../install/tool.ts';
import { freePort } from '../process/free-port.ts';
import type { Launch, LaunchOptions } from './launch.ts';
import { brokerServes } from './probes.ts';

/** One node that is broker and controller, small, quick to start and to come back, and with one copy of everything. */
const properties = ({ folder, port, advertisedPort }: LaunchOptions, controllerPort: number): string =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${advertisedPort}`,
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': false,
    'min.insync.replicas': 1,
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    // After a kill the next incarnation is let in once the session of the one before has ended.
    'broker.session.timeout.ms': 6000,
    'broker.heartbeat.interval.ms': 500,
    'log.retention.check.interval.ms': 1000,
    'log.segment.delete.delay.ms': 1000,
    'log.cleaner.backoff.ms': 500,
    'log.cleaner.dedupe.buffer.size': 8 << 20,
    'num.network.threads': 2,
    'num.io.threads': 4,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

/** Any 16 bytes in base64 are a cluster's id. */
const clusterId = 'inkstream-native-stack';

/** Kafka, its log formatted if it is new. */
export async function kafka(options: LaunchOptions): Promise<Launch> {
  const { home, folder, port } = options;
  const file = join(folder, 'server.properties');
  await writeFile(file, properties(options, await freePort()));
  const classPath = join(home, 'lib', '*');
  if (!existsSync(join(folder, 'data', 'meta.properties')))
    await runTool('Apache Kafka', 'java', [
      ...['-cp', classPath, 'kafka.tools.StorageTool', 'format'],
      ...['--config', file, '--cluster-id', clusterId, '--ignore-formatted'],
    ]);
  return {
    command: 'java',
    args: ['-Xmx256m', '-Dorg.apache.logging.log4j.level=WARN', '-cp', classPath, 'kafka.Kafka', file],
    env: { KAFKA_BROKERS: `127.0.0.1:${port}` },
    serves: (signal) => brokerServes(port, signal),
  };
}

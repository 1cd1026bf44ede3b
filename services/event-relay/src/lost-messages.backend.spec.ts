import { mkdtemp, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JOB_EVENTS_TOPIC, requestsTopic } from '@inkstream/contracts';
import { type NativeBackend, startKafka } from '@inkstream/native-stack';
import {
  type BackendConfig,
  type Backends,
  closeBackends,
  openBackends,
  silentLogger,
} from '@inkstream/service-kit';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createEventRelay } from './index.ts';
import { submitJob } from './spec-support/jobs.ts';

const JOBS = 20;
const log = silentLogger();
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 50 });

let folder: string;
let broker: NativeBackend;
let backends: Pick<Backends, 'eventStore'>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-lost-messages-'));
  broker = await startKafka({ folder: join(folder, 'kafka') });
  const embedded = { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: join(folder, 'data') } as const;
  backends = await openBackends(embedded, log, ['eventStore']);
}, 300_000);
afterAll(async () => {
  await closeBackends(backends ?? {});
  await broker?.close();
  await rm(folder, { recursive: true });
});

/** A relay from the store to Kafka while `work` runs, and a count of what a topic holds. */
async function relaying(work: (count: (topic: string) => Promise<number>) => Promise<void>): Promise<void> {
  const config: BackendConfig = {
    INKSTREAM_MODE: 'distributed',
    INKSTREAM_DATA_DIR: folder,
    KAFKA_PARTITIONS: 1,
    KAFKA_BROKERS: [broker.env.KAFKA_BROKERS ?? ''],
  };
  const { bus } = await openBackends(config, log, ['bus']);
  const relay = await createEventRelay({ eventStore: backends.eventStore, bus, log });
  try {
    await work((topic) => bus.lag(topic, 'nobody'));
  } finally {
    await relay.close();
    await closeBackends({ bus });
  }
}

it('publishes again what Kafka acknowledged and lost, and no more than that once it has', async () => {
  await relaying(async (count) => {
    for (let id = 1; id <= JOBS; id++) await submitJob(backends.eventStore, id, ['a']);
    await until(async () => expect(await count(JOB_EVENTS_TOPIC)).toBe(2 * JOBS));
  });
  // A broker that never flushed loses the end of a log with its machine.
  await broker.kill();
  const segment = join(folder, 'kafka/data', `${requestsTopic('a')}-0`, '00000000000000000000.log');
  await truncate(segment, Math.floor((await stat(segment)).size / 2));
  await broker.restart();

  let kept = 0;
  await relaying(async (count) => {
    await until(async () => expect(await count(requestsTopic('a'))).toBeGreaterThanOrEqual(JOBS));
    kept = await count(requestsTopic('a'));
  });
  await relaying(async (count) => {
    await submitJob(backends.eventStore, JOBS + 1, ['a']);
    await until(async () => expect(await count(requestsTopic('a'))).toBe(kept + 1));
  });
}, 300_000);

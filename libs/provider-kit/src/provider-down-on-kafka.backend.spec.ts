import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageBus } from '@inkstream/message-bus';
import { openKafkaMessageBus } from '@inkstream/message-bus/kafka';
import { backend } from '@inkstream/testing/backends';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { execution, fault, type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

const circuit = { failures: 3, firstProbeMs: 50, maxProbeMs: 200 };

let harness: Harness;
let connect: () => ReturnType<typeof openKafkaMessageBus>;
beforeEach(async () => {
  const { env } = await backend('kafka');
  const brokers = env.KAFKA_BROKERS?.split(',') ?? [];
  connect = () => openKafkaMessageBus({ brokers, partitions: 6 });
  harness = await openHarness({ bus: await connect(), name: `fake-${Date.now()}` });
});
const buses: MessageBus[] = [];
afterEach(async () => {
  await harness.close();
  for (const bus of buses) await bus.close();
});

it('each replica finds by itself that the provider is back, though nothing is in its hands', async () => {
  let down = true;
  const calls = [0, 0];
  const replica = (index: 0 | 1) =>
    wordsEngine(async (word) => {
      calls[index] = (calls[index] ?? 0) + 1;
      if (down) throw fault('provider_unavailable');
      return word;
    });
  buses.push(await connect(), await connect());
  await harness.start({ engine: replica(0) }, { bus: buses[0] ?? harness.bus, circuit });
  const id = await harness.request('apple');
  await harness.announced(({ state }) => state === 'paused');
  await harness.deleteJob(id);
  await sleep(1_000);
  down = false;
  await harness.start({ engine: replica(1) }, { bus: buses[1] ?? harness.bus, circuit });
  // Until both have their partitions.
  await sleep(8_000);
  calls.fill(0);
  const ids: number[] = [];
  for (let n = 0; n < 24; n++) ids.push(await harness.request(`word ${n}`));
  for (const one of ids) expect(execution(await harness.final(one)).status).toBe('completed');
  for (const count of calls) expect(count).toBeGreaterThan(0);
});

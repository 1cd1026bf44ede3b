import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requestsTopic } from '@inkstream/contracts';
import type { Priority } from '@inkstream/domain';
import type { MessageBus } from '@inkstream/message-bus';
import { openKafkaMessageBus } from '@inkstream/message-bus/kafka';
import { openSqliteMessageBus } from '@inkstream/message-bus/sqlite';
import { backend } from '@inkstream/testing/backends';
import { expect, it, onTestFinished } from 'vitest';
import { Lanes } from './lanes.ts';

const PRIORITIES: readonly Priority[] = ['interactive', 'bulk'];
const MESSAGES = 200;
const SLOTS = 4;

async function openBus(kind: string): Promise<MessageBus> {
  if (kind === 'SQLite') {
    const folder = await mkdtemp(join(tmpdir(), 'inkstream-bulk-share-'));
    const bus = await openSqliteMessageBus({ file: join(folder, 'bus.db') });
    onTestFinished(async () => {
      await bus.close();
      await rm(folder, { recursive: true });
    });
    return bus;
  }
  const { env } = await backend('kafka');
  const bus = await openKafkaMessageBus({ brokers: (env.KAFKA_BROKERS ?? '').split(','), partitions: 3 });
  onTestFinished(() => bus.close());
  return bus;
}

it.each(['SQLite', 'Kafka'])(
  'gives bulk a tenth of a saturated provider, and all of an idle one, on %s',
  async (kind) => {
    const bus = await openBus(kind);
    const provider = `p-${randomUUID()}`;
    const lanes = new Lanes(SLOTS);
    const { signal } = new AbortController();
    const turns: Priority[] = [];
    const inHand = { interactive: 0, bulk: 0 };
    // Both have all of their work in hand before the first turn is over.
    const saturated = Promise.withResolvers<void>();
    for (const priority of PRIORITIES) {
      const topic = requestsTopic(provider, priority);
      await bus.ensureTopics([{ name: topic }]);
      await bus.publish(
        topic,
        Array.from({ length: MESSAGES }, (_, n) => ({ key: String(n), value: '', headers: {} })),
      );
      await bus.consume({
        topic,
        group: `${topic}.group`,
        concurrency: 1_000,
        handler: async ({ key }) => {
          if (++inHand[priority] === MESSAGES && inHand.interactive + inHand.bulk === 2 * MESSAGES)
            saturated.resolve();
          const work = async () => {
            await saturated.promise;
            turns.push(priority);
            await sleep(1);
          };
          await lanes.run('normal', work, { key: Number(key), priority, signal });
        },
      });
    }
    await expect.poll(() => turns.length, { timeout: 60_000 }).toBe(2 * MESSAGES);
    const contested = turns.slice(SLOTS, SLOTS + MESSAGES);
    const bulk = contested.filter((turn) => turn === 'bulk').length;
    expect(bulk).toBeGreaterThanOrEqual(MESSAGES / 10);
    expect(bulk).toBeLessThanOrEqual(MESSAGES / 10 + 1);
    expect(turns.slice(-MESSAGES / 2)).toEqual(Array(MESSAGES / 2).fill('bulk'));
  },
  120_000,
);

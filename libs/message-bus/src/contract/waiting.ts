import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DeliverLaterError, LaterReleaseError } from '../errors.ts';
import { type ContractContext, consume, message, messages, ofKey, PATIENCE, valuesOf } from './subject.ts';

/** Messages that can't be handled yet, though nothing failed. */
export function waitingContract(context: ContractContext): void {
  describe('a message whose time has not come', () => {
    const parked = (count: number) => Array.from({ length: count }, (_, n) => message(`parked-${n}-`, 0));

    it('occupies no slot, even by the thousand, and comes later as if it had not been delivered', async () => {
      const topic = await context.topic();
      const group = context.name('g');
      await context.bus.publish(topic, [...parked(3_000), ...messages('abc', 20)]);
      const done: string[] = [];
      let due = false;
      const { record } = await consume(context.bus, { topic, group, concurrency: 2 }, async (delivery) => {
        if (delivery.key.startsWith('parked') && !due) throw new DeliverLaterError(4_000);
        done.push(delivery.key);
      });
      await expect.poll(() => done.length, PATIENCE).toBe(60);
      await expect.poll(() => new Set(record.values()).size, PATIENCE).toBe(3_060);
      expect(done.toSorted()).toEqual(
        messages('abc', 20)
          .map(({ key }) => key)
          .toSorted(),
      );
      due = true;
      await expect.poll(() => done.length, PATIENCE).toBe(3_060);
      expect(record.deliveries.filter(({ redelivered, failures }) => redelivered + failures > 0)).toEqual([]);
      await expect.poll(() => context.bus.lag(topic, group), PATIENCE).toBe(0);
    });

    it('is not lost with its consumer, and what is finished meanwhile is not repeated', async () => {
      const topic = await context.topic();
      const group = context.name('g');
      await context.bus.publish(topic, [...parked(5), ...messages('abc', 20)]);
      const { record } = await consume(context.bus, { topic, group }, async ({ key }) => {
        if (key.startsWith('parked')) throw new DeliverLaterError(3_600_000);
      });
      await record.received(65);
      await context.reopen();
      const second = await consume(context.bus, { topic, group });
      await expect.poll(() => context.bus.lag(topic, group), PATIENCE).toBe(0);
      expect(second.record.values().toSorted()).toEqual(valuesOf(parked(5)));
    });

    it('blocks its key, and is blocked by a pause', async () => {
      const topic = await context.topic();
      await context.bus.publish(topic, messages('a', 2));
      const { record, consumer } = await consume(
        context.bus,
        { topic, group: context.name('g') },
        async () => {
          if (record.deliveries.length > 1) return;
          consumer.pause();
          throw new DeliverLaterError(20);
        },
      );
      await record.received(1);
      await sleep(80);
      expect(record.values()).toEqual(['a0']);
      consumer.resume();
      expect(await record.received(3)).toEqual(['a0', 'a0', 'a1']);
    });
  });

  it('keeps a message of a later release waiting, and reports it, until its consumer knows its version', async () => {
    const [topic, dead] = [await context.topic(), await context.topic('dead')];
    const group = context.name('g');
    await context.bus.publish(topic, messages('ab', 3));
    let upgraded = false;
    const options = { topic, group, maxDeliveries: 2, deadLetterTopic: dead };
    const { record } = await consume(context.bus, options, async ({ value }) => {
      if (value === 'a1' && !upgraded) throw new LaterReleaseError('a1 has version 3');
    });
    await expect
      .poll(() => record.values().filter((one) => one === 'a1').length, PATIENCE)
      .toBeGreaterThan(4);
    expect(valuesOf(ofKey(record.deliveries, 'b'))).toEqual(['b0', 'b1', 'b2']);
    expect(record.values()).not.toContain('a2');
    expect(context.bus.status().laterRelease).toEqual([{ topic, group, waiting: 1 }]);
    expect(await context.bus.lag(topic, group)).toBeGreaterThanOrEqual(2);
    upgraded = true;
    await record.receivedAll(['a2']);
    await expect.poll(() => context.bus.lag(topic, group), PATIENCE).toBe(0);
    expect(record.deliveries.every(({ failures }) => failures === 0)).toBe(true);
    expect(context.bus.status().laterRelease).toEqual([]);
    expect(await context.bus.lag(dead, 'nobody')).toBe(0);
  });
}

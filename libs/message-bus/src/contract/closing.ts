import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  type ContractContext,
  consume,
  door,
  firsts,
  messages,
  ofKey,
  PATIENCE,
  untilAborted,
  valuesOf,
} from './subject.ts';

/** How consumers are paused and closed. */
export function closingContract(context: ContractContext): void {
  describe('pause', () => {
    it('takes no new messages until resume, and lets those in flight go on', async () => {
      const topic = await context.topic();
      const group = context.name('g');
      const { open, opened } = door();
      const finished: string[] = [];
      const { record, consumer } = await consume(
        context.bus,
        { topic, group, concurrency: 2 },
        async ({ value }) => {
          await opened;
          finished.push(value);
        },
      );
      await context.bus.publish(topic, messages('abcd', 2));
      const inFlight = await record.received(2);
      consumer.pause();
      open();
      await expect.poll(() => finished.length, PATIENCE).toBe(2);
      await context.bus.publish(topic, messages('e', 1));
      await sleep(50);
      expect(record.values()).toEqual(inFlight);
      await expect.poll(() => context.bus.lag(topic, group), PATIENCE).toBe(7);
      consumer.resume();
      await record.received(9);
    });

    it('holds back redeliveries too', async () => {
      const topic = await context.topic();
      await context.bus.publish(topic, messages('a', 1));
      const { record, consumer } = await consume(
        context.bus,
        { topic, group: context.name('g') },
        async ({ redelivered }) => {
          if (redelivered > 0) return;
          consumer.pause();
          throw new Error('not yet');
        },
      );
      await record.received(1);
      await sleep(60);
      expect(record.deliveries).toHaveLength(1);
      consumer.resume();
      await record.received(2);
    });
  });

  describe('close', () => {
    it('waits for the messages in flight, which are finished then, and takes no more', async () => {
      const topic = await context.topic();
      const group = context.name('g');
      const { open, opened } = door();
      await context.bus.publish(topic, messages('abcd', 1));
      const first = await consume(context.bus, { topic, group, concurrency: 2 }, () => opened);
      const inFlight = await first.record.received(2);
      const closed = first.consumer.close();
      await sleep(20);
      open();
      await closed;
      expect(first.record.values()).toEqual(inFlight);
      const second = await consume(context.bus, { topic, group });
      await second.record.receivedAll(['a0', 'b0', 'c0', 'd0'].filter((value) => !inFlight.includes(value)));
      await expect.poll(() => context.bus.lag(topic, group), PATIENCE).toBe(0);
    });

    it('aborts what takes longer than the grace period, which is redelivered to the next consumer', async () => {
      const topic = await context.topic();
      const group = context.name('g');
      await context.bus.publish(topic, messages('ab', 2));
      const aborted: string[] = [];
      const first = await consume(context.bus, { topic, group }, async ({ key, value }, signal) => {
        if (key === 'b') return;
        await untilAborted(signal).catch(() => aborted.push(value));
        throw new Error('aborted');
      });
      await first.record.received(3);
      await first.consumer.close({ graceMs: 20 });
      expect(aborted).toEqual(['a0']);
      const second = await consume(context.bus, { topic, group });
      await second.record.receivedAll(['a0', 'a1']);
      expect(firsts(valuesOf(ofKey(second.record.deliveries, 'a')))).toEqual(['a0', 'a1']);
    });

    it('says why it aborts, and gives a handler the time to hand its work back', async () => {
      const topic = await context.topic();
      const group = context.name('g');
      await context.bus.publish(topic, messages('a', 1));
      const reasons: unknown[] = [];
      const { record, consumer } = await consume(context.bus, { topic, group }, async (_, signal) => {
        reasons.push(await untilAborted(signal).catch((reason) => reason));
        await sleep(300);
      });
      await record.received(1);
      await consumer.close({ graceMs: 20 });
      expect(reasons).toMatchObject([{ name: 'DeliveryRevokedError', why: 'closing' }]);
      expect(await context.bus.lag(topic, group)).toBe(0);
    });

    it('does not wait for a handler that ignores its signal', async () => {
      const topic = await context.topic();
      const group = context.name('g');
      const { open, opened } = door();
      await context.bus.publish(topic, messages('a', 1));
      const first = await consume(context.bus, { topic, group }, () => opened);
      await first.record.received(1);
      await first.consumer.close({ graceMs: 10 });
      const second = await consume(context.bus, { topic, group });
      expect(await second.record.received(1)).toEqual(['a0']);
      open();
      await context.bus.publish(topic, messages('a', 1, 1));
      expect(await second.record.received(2)).toEqual(['a0', 'a1']);
    });

    it('leaves the messages to the other consumers of the group', async () => {
      const topic = await context.topic();
      const group = context.name('g');
      const finished: string[] = [];
      const options = { topic, group, concurrency: 3 };
      const { open, opened } = door();
      const heedful = await consume(context.bus, options, (_, signal) => untilAborted(signal));
      const heedless = await consume(context.bus, options, () => opened);
      await consume(context.bus, options, async ({ value }) => void finished.push(value));
      await context.bus.publish(topic, messages('abcdefghijklmnopqrst', 3));
      for (const { record } of [heedful, heedless]) await record.received(1);
      await Promise.all([heedful, heedless].map(({ consumer }) => consumer.close({ graceMs: 0 })));
      await expect.poll(() => new Set(finished).size, PATIENCE).toBe(60);
      for (const key of 'abcdefghijklmnopqrst')
        expect(firsts(finished).filter((value) => value.startsWith(key))).toEqual([
          `${key}0`,
          `${key}1`,
          `${key}2`,
        ]);
      open();
      await expect.poll(() => context.bus.lag(topic, group), PATIENCE).toBe(0);
    });

    it('closes the consumers with the bus, whose handlers may publish until they are done', async () => {
      const [topic, next] = [await context.topic(), await context.topic('next')];
      const group = context.name('g');
      await context.bus.publish(topic, messages('a', 1));
      const { open, opened } = door();
      const { bus } = context;
      const { record } = await consume(bus, { topic, group }, async () => {
        await opened;
        await bus.publish(next, messages('n', 1));
      });
      await record.received(1);
      const closed = context.reopen();
      await sleep(20);
      open();
      await closed;
      expect(await context.bus.lag(topic, group)).toBe(0);
      expect(await context.bus.lag(next, group)).toBe(1);
    });

    it('may be called twice', async () => {
      const topic = await context.topic();
      const { consumer } = await consume(context.bus, { topic, group: context.name('g') });
      await Promise.all([consumer.close(), consumer.close()]);
      consumer.resume();
      await consumer.close();
    });
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { TailOptions } from '../message-bus.ts';
import { type ContractContext, message, messages, ofKey, Recording, valuesOf } from './subject.ts';

/** How topics are read without a group. */
export function tailingContract(context: ContractContext): void {
  const tail = async (topic: string, from: 'beginning' | 'end', work: TailOptions['handler'] = () => {}) => {
    const record = new Recording();
    const handler: TailOptions['handler'] = (delivery) => {
      record.deliveries.push(delivery);
      return work(delivery);
    };
    return { record, consumer: await context.bus.tail({ topic, from, handler }) };
  };

  describe('tail', () => {
    it('delivers to every tail what it asks for: all that is kept, or only what comes from now on', async () => {
      const topic = await context.topic();
      const [before, after] = [messages('ab', 150), messages('ab', 10, 150)];
      await context.bus.publish(topic, before);
      const tails = [await tail(topic, 'beginning'), await tail(topic, 'beginning')];
      const fromNow = await tail(topic, 'end');
      await context.bus.publish(topic, after);
      for (const { record } of tails) {
        await record.received(320);
        for (const key of 'ab')
          expect(valuesOf(ofKey(record.deliveries, key))).toEqual(
            valuesOf(ofKey([...before, ...after], key)),
          );
      }
      expect((await fromNow.record.received(20)).toSorted()).toEqual(valuesOf(after).toSorted());
      expect(fromNow.record.deliveries[0]).toMatchObject({ topic, redelivered: 0 });
    });

    it('calls its handler one message at a time, and goes on after a failure', async () => {
      const topic = await context.topic();
      await context.bus.publish(topic, messages('ab', 5));
      let inFlight = 0;
      let most = 0;
      const { record } = await tail(topic, 'beginning', async ({ value }) => {
        most = Math.max(most, ++inFlight);
        await sleep(2);
        inFlight--;
        if (value === 'a1') throw new Error('not understood');
      });
      expect((await record.received(10)).toSorted()).toEqual(valuesOf(messages('ab', 5)).toSorted());
      expect(most).toBe(1);
    });

    it('is paused, resumed and closed', async () => {
      const topic = await context.topic();
      const { record, consumer } = await tail(topic, 'beginning');
      await context.bus.publish(topic, messages('a', 2));
      await record.received(2);
      consumer.pause();
      await context.bus.publish(topic, messages('a', 2, 2));
      await sleep(50);
      expect(record.values()).toEqual(['a0', 'a1']);
      consumer.resume();
      expect(await record.received(4)).toEqual(['a0', 'a1', 'a2', 'a3']);
      await consumer.close();
      await context.bus.publish(topic, messages('a', 1, 4));
      await sleep(50);
      expect(record.deliveries).toHaveLength(4);
    });

    it('keeps the latest message of each key of a compacted topic', async () => {
      const topic = await context.topic('compacted', { compacted: true });
      for (let n = 0; n < 5; n++) await context.bus.publish(topic, messages('abc', 1, n));
      await context.bus.publish(topic, [message('end', 0)]);
      const { record } = await tail(topic, 'beginning');
      await expect.poll(() => record.values(), { timeout: 20_000 }).toContain('end0');
      await expect.poll(() => record.values()).toEqual(expect.arrayContaining(['a4', 'b4', 'c4']));
      for (const key of 'abc') expect(valuesOf(ofKey(record.deliveries, key)).at(-1)).toBe(`${key}4`);
    });
  });
}

import { describe, expect, it } from 'vitest';
import { PoisonMessageError } from '../errors.ts';
import {
  type ContractContext,
  consume,
  firsts,
  message,
  messages,
  ofKey,
  PATIENCE,
  Recording,
  valuesOf,
} from './subject.ts';

const transientFault = () => Object.assign(new Error('the provider is down'), { transient: true });

/** What happens to messages whose handler rejects. */
export function failingContract(context: ContractContext): void {
  const deadLetters = async () => {
    const topic = await context.topic('dead');
    const record = new Recording();
    const handler = (delivery: Recording['deliveries'][number]) => void record.deliveries.push(delivery);
    await context.bus.tail({ topic, from: 'beginning', handler });
    return { topic, record };
  };

  describe('a handler that rejects', () => {
    it('gets the message again before later ones of the same key, and counts the deliveries', async () => {
      const topic = await context.topic();
      await context.bus.publish(topic, messages('ab', 3));
      let failures = 0;
      const { record } = await consume(
        context.bus,
        { topic, group: context.name('g') },
        async ({ value }) => {
          if (value === 'a0' && ++failures <= 3) throw new Error('not yet');
        },
      );
      await record.received(9);
      const ofA = ofKey(record.deliveries, 'a').map(({ value, redelivered }) => [value, redelivered]);
      expect(ofA).toEqual([
        ['a0', 0],
        ['a0', 1],
        ['a0', 2],
        ['a0', 3],
        ['a1', 0],
        ['a2', 0],
      ]);
      expect(valuesOf(ofKey(record.deliveries, 'b'))).toEqual(['b0', 'b1', 'b2']);
    });

    it('holds up only its own key, even with one message in flight at a time', async () => {
      const topic = await context.topic();
      const group = context.name('g');
      await context.bus.publish(topic, [message('stuck', 0), message('stuck', 1), ...messages('abcde', 20)]);
      const handled: string[] = [];
      await consume(context.bus, { topic, group, concurrency: 1 }, async ({ key, value }) => {
        if (key === 'stuck') throw transientFault();
        handled.push(value);
      });
      await expect.poll(() => new Set(handled).size, PATIENCE).toBe(100);
      expect(await context.bus.lag(topic, group)).toBeGreaterThanOrEqual(2);
    });

    it('waits longer after each failure, up to the bound', async () => {
      const topic = await context.topic();
      await context.bus.publish(topic, messages('a', 1));
      const times: number[] = [];
      const options = { topic, group: context.name('g'), backoffMs: { first: 20, max: 60 } };
      const { record } = await consume(context.bus, options, async () => {
        times.push(performance.now());
        if (times.length <= 4) throw new Error('not yet');
      });
      await record.received(5);
      const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
      // A timer may fire a little early by this clock.
      for (const [index, least] of [20, 40, 60, 60].entries())
        expect(waits[index]).toBeGreaterThan(least - 2);
      expect(Math.max(...waits)).toBeLessThan(2_000);
    });

    it('sends what always fails to the dead letters, with the reason, and goes on with its key', async () => {
      const [topic, dead] = [await context.topic(), await deadLetters()];
      const group = context.name('g');
      const cursed = { key: 'a', value: 'cursed', headers: { traceparent: '00-1' } };
      await context.bus.publish(topic, [cursed, message('a', 1)]);
      const options = { topic, group, maxDeliveries: 3, deadLetterTopic: dead.topic };
      const { record } = await consume(context.bus, options, async ({ value }) => {
        if (value === 'cursed') throw new Error('cannot be read');
      });
      expect(await record.received(4)).toEqual(['cursed', 'cursed', 'cursed', 'a1']);
      await dead.record.received(1);
      const headers = {
        traceparent: '00-1',
        'x-error': 'cannot be read',
        'x-topic': topic,
        'x-offset': record.deliveries[0]?.offset,
        'x-reason': 'failed_too_often',
        'x-time': expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      };
      expect(dead.record.deliveries).toMatchObject([{ key: 'a', value: 'cursed', headers }]);
      await expect.poll(() => context.bus.lag(topic, group), PATIENCE).toBe(0);
    });

    it('is counted once it is among the dead letters, by topic and reason, from 0 on', async () => {
      const [topic, dead] = [await context.topic(), await deadLetters()];
      const counted = () =>
        context.bus
          .status()
          .deadLetters.filter((one) => one.topic === topic)
          .map(({ reason, count }) => [reason, count]);
      const options = { topic, group: context.name('g'), maxDeliveries: 2, deadLetterTopic: dead.topic };
      await consume(context.bus, options, async ({ value }) => {
        if (value === 'a0') throw new PoisonMessageError('not JSON', { reason: 'not_json' });
        if (value === 'a1') throw new Error('cannot be read');
      });
      expect(counted()).toEqual([['failed_too_often', 0]]);
      await context.bus.publish(topic, messages('a', 3));
      await dead.record.received(2);
      const both = [
        ['failed_too_often', 1],
        ['not_json', 1],
      ];
      await expect.poll(counted, PATIENCE).toEqual(both);
    });

    it('sends poison to the dead letters at once', async () => {
      const [topic, dead] = [await context.topic(), await deadLetters()];
      await context.bus.publish(topic, messages('ab', 2));
      const options = { topic, group: context.name('g'), deadLetterTopic: dead.topic };
      const { record } = await consume(context.bus, options, async ({ value }) => {
        if (value === 'a0') throw new PoisonMessageError('not JSON', { reason: 'not_json' });
      });
      expect(await dead.record.received(1)).toEqual(['a0']);
      expect(dead.record.deliveries[0]?.headers).toMatchObject({
        'x-error': 'not JSON',
        'x-reason': 'not_json',
      });
      expect((await record.received(4)).toSorted()).toEqual(['a0', 'a1', 'b0', 'b1']);
    });

    it('never sends to the dead letters what failed for transient reasons', async () => {
      const [topic, dead] = [await context.topic(), await deadLetters()];
      await context.bus.publish(topic, messages('a', 1));
      const options = { topic, group: context.name('g'), maxDeliveries: 2, deadLetterTopic: dead.topic };
      let deliveries = 0;
      const { record } = await consume(context.bus, options, async () => {
        // One that counts, among many that do not.
        if (++deliveries === 3) throw new Error('odd');
        if (deliveries <= 8) throw transientFault();
      });
      await record.received(9);
      expect(record.deliveries.map(({ failures }) => failures)).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1]);
      await context.bus.publish(topic, messages('a', 1, 1));
      expect((await record.received(10)).at(-1)).toBe('a1');
      expect(dead.record.deliveries).toEqual([]);
    });

    it('drops what always fails if there is no dead-letter topic', async () => {
      const topic = await context.topic();
      await context.bus.publish(topic, messages('a', 2));
      const options = { topic, group: context.name('g'), maxDeliveries: 2 };
      const { record } = await consume(context.bus, options, ({ value }) => {
        if (value === 'a0') throw 'thrown, and no error either';
        return Promise.resolve();
      });
      expect(await record.received(3)).toEqual(['a0', 'a0', 'a1']);
    });

    it('gets the message again after a reopening, before later ones of the same key', async () => {
      const topic = await context.topic();
      const group = context.name('g');
      await context.bus.publish(topic, messages('ab', 3));
      const first = await consume(context.bus, { topic, group }, async ({ value }) => {
        if (value === 'a1') throw transientFault();
      });
      await first.record.received(6);
      await context.reopen();
      const second = await consume(context.bus, { topic, group });
      await second.record.receivedAll(['a1', 'a2']);
      const ofA = firsts(valuesOf(ofKey(second.record.deliveries, 'a')));
      expect(ofA.slice(ofA.indexOf('a1'))).toEqual(['a1', 'a2']);
    });
  });
}

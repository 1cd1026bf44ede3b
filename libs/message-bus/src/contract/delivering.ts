import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  type ContractContext,
  consume,
  door,
  firsts,
  message,
  messages,
  ofKey,
  PATIENCE,
  valuesOf,
} from './subject.ts';

/** How messages reach groups. */
export function deliveringContract(context: ContractContext): void {
  describe('consume', () => {
    it('delivers to a new group all that the topic has and what comes later, in the order of each key', async () => {
      const topic = await context.topic();
      const [before, after] = [messages('abc', 20), messages('abc', 20, 20)];
      await context.bus.publish(topic, before);
      const { record } = await consume(context.bus, { topic, group: context.name('g') });
      await record.received(60);
      for (let at = 0; at < after.length; at += 7) await context.bus.publish(topic, after.slice(at, at + 7));
      expect((await record.received(120)).toSorted()).toEqual(valuesOf([...before, ...after]).toSorted());
      for (const key of 'abc')
        expect(valuesOf(ofKey(record.deliveries, key))).toEqual(valuesOf(ofKey([...before, ...after], key)));
    });

    it('delivers a message as it was published', async () => {
      const topic = await context.topic();
      const published = [
        { key: 'größe-領収書-🧾', value: '{"text":"Größe 領収書 🧾\\n"}', headers: { traceparent: '00-ä' } },
        { key: 'empty', value: '', headers: {} },
        { key: 'long', value: 'ü'.repeat(100_000), headers: { 'ce-type': '' } },
      ];
      await context.bus.publish(topic, published);
      const { record } = await consume(context.bus, { topic, group: context.name('g') });
      await record.received(3);
      for (const one of published) {
        const [delivery] = ofKey(record.deliveries, one.key);
        const facts = { topic, offset: expect.any(String), publishedAt: expect.any(Number) };
        expect(delivery).toEqual({ ...one, ...facts, redelivered: 0, failures: 0 });
        expect(Math.abs((delivery?.publishedAt ?? 0) - Date.now())).toBeLessThan(600_000);
      }
    });

    it('delivers all messages to every group', async () => {
      const topic = await context.topic();
      await context.bus.publish(topic, messages('ab', 5));
      const groups = ['first', 'second', 'third'].map((name) => context.name(name));
      for (const group of groups) {
        const { record } = await consume(context.bus, { topic, group });
        expect((await record.received(10)).toSorted()).toEqual(valuesOf(messages('ab', 5)).toSorted());
      }
    });

    it('shares the messages between the consumers of a group, and keeps the order of each key', async () => {
      const topic = await context.topic();
      const group = context.name('g');
      const handled: string[] = [];
      const work = async ({ value }: { value: string }) => {
        await sleep(2);
        handled.push(value);
      };
      const options = { topic, group, concurrency: 2 };
      const consumers = [
        await consume(context.bus, options, work),
        await consume(context.bus, options, work),
      ];
      const published = messages('abcdefghijklmnopqrst', 5);
      await context.bus.publish(topic, published);
      await expect.poll(() => new Set(handled).size, PATIENCE).toBe(100);
      for (const key of 'abcdefghijklmnopqrst')
        expect(firsts(handled).filter((value) => value.startsWith(key))).toEqual(
          valuesOf(ofKey(published, key)),
        );
      for (const { record } of consumers) expect(record.deliveries.length).toBeGreaterThan(0);
    });

    it('has at most `concurrency` messages in flight, and one of each key', async () => {
      const topic = await context.topic();
      await context.bus.publish(topic, messages('abcdefgh', 6));
      const inFlight: string[] = [];
      let most = 0;
      let overlaps = 0;
      const { record } = await consume(
        context.bus,
        { topic, group: context.name('g'), concurrency: 3 },
        async ({ key }) => {
          if (inFlight.includes(key)) overlaps++;
          inFlight.push(key);
          most = Math.max(most, inFlight.length);
          await sleep(3);
          inFlight.splice(inFlight.indexOf(key), 1);
        },
      );
      await record.received(48);
      expect([most, overlaps]).toEqual([3, 0]);
      expect(record.deliveries.every(({ redelivered }) => redelivered === 0)).toBe(true);
    });

    it('goes on with other keys while one message takes a long time', async () => {
      const topic = await context.topic();
      const { open, opened } = door();
      await context.bus.publish(topic, [message('slow', 0), message('slow', 1), ...messages('abc', 30)]);
      const { record } = await consume(
        context.bus,
        { topic, group: context.name('g'), concurrency: 2 },
        async ({ value }) => {
          if (value === 'slow0') await opened;
        },
      );
      expect(await record.received(91)).not.toContain('slow1');
      open();
      expect((await record.received(92)).at(-1)).toBe('slow1');
    });

    it('finds what was published before a reopening, and not what was finished', async () => {
      const topic = await context.topic();
      const group = context.name('g');
      await context.bus.publish(topic, messages('ab', 10));
      const first = await consume(context.bus, { topic, group });
      await first.record.received(20);
      await context.reopen();
      await context.bus.publish(topic, messages('ab', 10, 10));
      await context.reopen();
      const second = await consume(context.bus, { topic, group });
      expect((await second.record.received(20)).toSorted()).toEqual(
        valuesOf(messages('ab', 10, 10)).toSorted(),
      );
      expect(await context.bus.lag(topic, group)).toBeLessThanOrEqual(20);
      expect(second.record.deliveries).toHaveLength(20);
    });
  });

  it('counts what a group has not finished as its lag', async () => {
    const topic = await context.topic();
    const other = await context.topic('other');
    const group = context.name('g');
    const lag = () => context.bus.lag(topic, group);
    expect(await lag()).toBe(0);
    await context.bus.publish(topic, messages('ab', 10));
    await context.bus.publish(other, messages('ab', 3));
    expect(await lag()).toBe(20);
    const { open, opened } = door();
    const { record } = await consume(context.bus, { topic, group }, async ({ value }) => {
      if (value === 'a4') await opened;
    });
    await record.received(15);
    // A broker that keeps one offset per partition counts what is finished behind an unfinished one too.
    await expect.poll(lag, PATIENCE).toBeLessThan(20);
    expect(await lag()).toBeGreaterThanOrEqual(6);
    open();
    await expect.poll(lag, PATIENCE).toBe(0);
    await context.bus.publish(topic, messages('c', 1));
    await expect.poll(lag, PATIENCE).toBe(0);
    expect(await context.bus.lag(other, group)).toBe(6);
  });

  it('knows where a topic ends, which moves forward with each message and never back', async () => {
    const topic = await context.topic();
    const total = async () => (await context.bus.ends(topic)).reduce((sum, end) => sum + end, 0);
    const before = await context.bus.ends(topic);
    await context.bus.publish(topic, messages('abcdef', 5));
    const after = await context.bus.ends(topic);
    expect(after).toHaveLength(before.length);
    expect(after.every((end, partition) => end >= (before[partition] ?? Number.NaN))).toBe(true);
    const published = await total();
    expect(published).toBe(before.reduce((sum, end) => sum + end, 0) + 30);
    await consume(context.bus, { topic, group: context.name('g') });
    await expect.poll(() => context.bus.lag(topic, context.name('g')), PATIENCE).toBe(0);
    expect(await total()).toBe(published);
    await expect(context.bus.ends(context.name('never-created'))).rejects.toMatchObject({
      name: 'UnknownTopicError',
    });
  });

  it('reports a topic whose settings differ from those asked for, and leaves it as it is', async () => {
    const topic = await context.topic();
    await context.bus.ensureTopics([{ name: topic }]);
    expect(context.bus.status().topics).toEqual([]);
    const again = await context.reopen();
    await again.ensureTopics([{ name: topic, retentionMs: 86_400_000 }]);
    expect(again.status().topics).toEqual([expect.stringMatching(`^Topic ${topic} .*instead of.*86400000`)]);
  });

  it('knows a topic only once it was created, and leaves it alone when it is created again', async () => {
    const unknown = { name: 'UnknownTopicError' };
    const [topic, group] = [context.name('never-created'), context.name('g')];
    const handler = async () => {};
    await expect(context.bus.publish(topic, messages('a', 1))).rejects.toMatchObject(unknown);
    await expect(consume(context.bus, { topic, group })).rejects.toMatchObject(unknown);
    await expect(context.bus.tail({ topic, from: 'end', handler })).rejects.toMatchObject(unknown);
    await expect(context.bus.lag(topic, group)).rejects.toMatchObject(unknown);
    const created = await context.topic();
    const withoutDeadLetters = { topic: created, group, deadLetterTopic: topic };
    await expect(consume(context.bus, withoutDeadLetters)).rejects.toMatchObject(unknown);
    await context.bus.publish(created, messages('a', 2));
    await context.bus.ensureTopics([{ name: created, compacted: true }]);
    const { record } = await consume(context.bus, { topic: created, group });
    expect(await record.received(2)).toEqual(['a0', 'a1']);
  });
}

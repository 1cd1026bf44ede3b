import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closingContract } from './contract/closing.ts';
import { deliveringContract } from './contract/delivering.ts';
import { failingContract } from './contract/failing.ts';
import { type ContractContext, consume, type MessageBusSubject, messages } from './contract/subject.ts';
import { tailingContract } from './contract/tailing.ts';
import { waitingContract } from './contract/waiting.ts';
import type { MessageBus } from './message-bus.ts';

export type { MessageBusSubject } from './contract/subject.ts';

/**
 * The promises of the port, tested on every adapter. `open` returns a connection to a bus, a new one at each call; the
 * bus may be the same one each time, since the suite names its topics and groups so that no two tests share one.
 */
export function messageBusContract(name: string, open: () => Promise<MessageBusSubject>): void {
  describe(`${name} as a message bus`, () => {
    let subject: MessageBusSubject;
    let bus: MessageBus;
    let run: string;
    beforeEach(async () => {
      subject = await open();
      bus = subject.bus;
      run = randomUUID();
    });
    afterEach(async () => {
      await bus.close();
      await subject.remove();
    });
    const context: ContractContext = {
      get bus() {
        return bus;
      },
      name: (what) => `contract.${what}.${run}`,
      async topic(what = 'topic', spec = {}) {
        const topic = context.name(what);
        await bus.ensureTopics([{ name: topic, ...spec }]);
        return topic;
      },
      async reopen() {
        await bus.close();
        bus = await subject.connect();
        return bus;
      },
    };

    deliveringContract(context);
    failingContract(context);
    waitingContract(context);
    closingContract(context);
    tailingContract(context);

    it('shows its messages to other connections', async () => {
      const topic = await context.topic();
      const other = await subject.connect();
      const { record } = await consume(bus, { topic, group: context.name('g') });
      await other.publish(topic, messages('a', 3));
      expect(await record.received(3)).toEqual(['a0', 'a1', 'a2']);
      await other.close();
      await bus.ping();
    });

    it('is unavailable once it is closed', async () => {
      const topic = await context.topic();
      await bus.close();
      const unavailable = { name: 'MessageBusUnavailableError', transient: true };
      const handler = async () => {};
      await expect(bus.ping()).rejects.toMatchObject(unavailable);
      await expect(bus.publish(topic, messages('a', 1))).rejects.toMatchObject(unavailable);
      await expect(bus.ensureTopics([{ name: topic }])).rejects.toMatchObject(unavailable);
      await expect(consume(bus, { topic, group: 'g' })).rejects.toMatchObject(unavailable);
      await expect(bus.tail({ topic, from: 'end', handler })).rejects.toMatchObject(unavailable);
      await expect(bus.lag(topic, 'g')).rejects.toMatchObject(unavailable);
      await expect(bus.ends(topic)).rejects.toMatchObject(unavailable);
      await bus.close();
    });
  });
}

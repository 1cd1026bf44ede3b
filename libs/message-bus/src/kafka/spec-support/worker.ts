import { openKafkaMessageBus } from '../index.ts';

/**
 * A process that consumes. `hang`: finishes the messages of the keys a and b, and hangs at the others until it is
 * killed. `finish`: finishes six messages, reads them with a tail too, closes its bus and says so.
 */
const [, , brokers = '', topic = '', group = '', what] = process.argv;
const bus = await openKafkaMessageBus({ brokers: brokers.split(','), sessionTimeoutMs: 1_500 });
let finished = 0;
const six = Promise.withResolvers<void>();
const handler = async ({ key }: { key: string }) => {
  if (what === 'hang' && key > 'b') await new Promise(() => {});
  if (++finished === 6) six.resolve();
};
await bus.consume({ topic, group, concurrency: 10, handler });
if (what === 'finish') {
  await bus.tail({ topic, from: 'end', handler: () => {} });
  await bus.ping();
  await six.promise;
  await bus.close();
  console.log('closed');
}

import { openKafkaMessageBus } from '../index.ts';

/**
 * `hang`: finishes the messages of the keys a and b, and hangs at the others until it is killed. `finish`: finishes
 * six messages, has a tail too, closes its bus and says so.
 */
export type Task = 'hang' | 'finish';

/** Where the worker's program is. Its arguments: the brokers, the topic, the group, the task. */
export const WORKER = import.meta.filename;

async function work(brokers: string, topic: string, group: string, task: string): Promise<void> {
  const bus = await openKafkaMessageBus({ brokers: brokers.split(','), sessionTimeoutMs: 1_500 });
  let finished = 0;
  const six = Promise.withResolvers<void>();
  const handler = async ({ key }: { key: string }) => {
    if (task === 'hang' && key > 'b') await new Promise(() => {});
    if (++finished === 6) six.resolve();
  };
  await bus.consume({ topic, group, concurrency: 10, handler });
  if (task !== 'finish') return;
  await bus.tail({ topic, from: 'end', handler: () => {} });
  await bus.ping();
  await six.promise;
  await bus.close();
  console.log('closed');
}

const [, script, brokers = '', topic = '', group = '', task = ''] = process.argv;
if (script === WORKER) await work(brokers, topic, group, task);

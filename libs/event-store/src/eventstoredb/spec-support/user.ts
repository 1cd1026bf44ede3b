import { randomUUID } from 'node:crypto';
import { openEventStoreDb } from '../index.ts';

/** A process that uses every method of a store, closes it, says so, and should end by itself. */
async function useAndClose(url: string, stream: string): Promise<void> {
  const store = await openEventStoreDb({ url });
  const event = { id: randomUUID(), type: 'Happened', data: {}, metadata: {} };
  await store.append(stream, [event], { expected: 'any' });
  for await (const _ of store.read(stream)) break;
  const { signal } = new AbortController();
  for await (const step of store.subscribe({ streamPrefix: stream, signal })) if (step.caughtUp) break;
  const live = store.subscribe({ streamPrefix: stream, signal })[Symbol.asyncIterator]();
  await live.next();
  await store.close();
  process.stdout.write('closed\n');
}

const [, , url = '', stream = ''] = process.argv;
await useAndClose(url, stream);

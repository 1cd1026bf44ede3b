import { backend } from '@inkstream/testing/backends';
import { afterAll } from 'vitest';
import { startDouble } from './double.ts';

const double = 'EventStoreDB on the wire double';

/**
 * The servers that a suite runs on: the server of the run, which is a real one if there is one and the wire double
 * otherwise, and a double of this process that knows classic appends only. Their logs are not empty.
 */
export async function startServers(): Promise<readonly { name: string; url: string; batches: boolean }[]> {
  const { env, from } = await backend('eventstoredb');
  const classic = await startDouble({ batchAppend: false });
  afterAll(() => classic.close());
  return [
    {
      name: from === 'wire double' ? `${double} with batch appends` : 'EventStoreDB',
      url: env.EVENTSTORE_URL ?? '',
      batches: true,
    },
    { name: `${double} with classic appends`, url: classic.url, batches: false },
  ];
}

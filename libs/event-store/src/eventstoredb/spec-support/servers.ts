import { afterAll } from 'vitest';
import { startDouble } from './double.ts';

/**
 * The servers that a suite runs on: the one at EVENTSTORE_URL, else wire doubles, one for each way to append. Their
 * logs are not empty.
 */
export async function startServers(): Promise<readonly { name: string; url: string }[]> {
  const { EVENTSTORE_URL: url } = process.env;
  if (url) return [{ name: 'EventStoreDB at EVENTSTORE_URL', url }];
  const doubles = [await startDouble(), await startDouble({ batchAppend: false })];
  afterAll(async () => {
    for (const double of doubles) await double.close();
  });
  return doubles.map((double, index) => ({
    name: `EventStoreDB on the wire double with ${index === 0 ? 'batch' : 'classic'} appends`,
    url: double.url,
  }));
}

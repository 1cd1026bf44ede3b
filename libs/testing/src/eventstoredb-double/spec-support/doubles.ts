import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { onTestFinished } from 'vitest';
import {
  type EventStoreDbDouble,
  type EventStoreDbDoubleOptions,
  startEventStoreDbDouble,
} from '../index.ts';
import { event, newStream, temporaryFolder } from './server.ts';

/** A double that ends with the test. */
export const startDouble = async (
  options: Partial<EventStoreDbDoubleOptions> = {},
): Promise<EventStoreDbDouble> => {
  const folder = await temporaryFolder();
  const double = await startEventStoreDbDouble({ file: join(folder.path, 'log.db'), ...options });
  onTestFinished(async () => {
    await double.close();
    await folder.remove();
  });
  return double;
};

/** A client that ends with the test. */
export const connect = ({ url }: { readonly url: string }): EventStoreDBClient => {
  const client = EventStoreDBClient.connectionString(url);
  onTestFinished(() => client.dispose());
  return client;
};

/** A client whose connection is open: the first of many appends on a new one may land last. */
export const connected = async (double: { readonly url: string }): Promise<EventStoreDBClient> => {
  const client = connect(double);
  await client.appendToStream(newStream(), event());
  return client;
};

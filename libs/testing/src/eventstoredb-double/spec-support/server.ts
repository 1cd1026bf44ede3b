import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { startEventStoreDbDouble } from '../index.ts';

/** What the specs run on: the server of `EVENTSTORE_URL` if it is set, else a wire double of their own. */
export const from =
  process.env.EVENTSTORE_URL === undefined
    ? 'the EventStoreDB wire double'
    : 'the EventStoreDB that EVENTSTORE_URL names';

export interface TestServer {
  readonly url: string;
  readonly client: EventStoreDBClient;
  close(): Promise<void>;
}

/** A folder that goes away with `remove`. */
export const temporaryFolder = async (): Promise<{ path: string; remove: () => Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), 'inkstream-esdb-'));
  return { path, remove: () => rm(path, { recursive: true }) };
};

/** Returns a server and a client of it. */
export const openServer = async (): Promise<TestServer> => {
  const { EVENTSTORE_URL } = process.env;
  if (EVENTSTORE_URL !== undefined) {
    const client = EventStoreDBClient.connectionString(EVENTSTORE_URL);
    return { url: EVENTSTORE_URL, client, close: () => client.dispose() };
  }
  const folder = await temporaryFolder();
  const double = await startEventStoreDbDouble({ file: join(folder.path, 'log.db') });
  const client = EventStoreDBClient.connectionString(double.url);
  const close = async () => {
    await client.dispose();
    await double.close();
    await folder.remove();
  };
  return { url: double.url, client, close };
};

export const newStream = (): string => `spec-${randomUUID()}`;

/** An event with a number in it, and a new id unless one is given. */
export const event = (n = 0, id: string = randomUUID()) => jsonEvent({ id, type: 'Counted', data: { n } });

/** The failure of a promise; fails if it succeeds. */
export const failureOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('It succeeded.');
};

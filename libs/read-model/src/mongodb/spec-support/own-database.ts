import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';

export interface OwnDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A database of its own on the server that a URL names, so that whoever shares the server shares no documents. */
export function ownDatabase(server: string): OwnDatabase {
  const url = new URL(server);
  url.pathname = `/inkstream-${randomUUID()}`;
  return {
    url: url.href,
    async drop() {
      const client = new MongoClient(url.href);
      await client.db().dropDatabase();
      await client.close();
    },
  };
}

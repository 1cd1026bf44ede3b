import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';

const engineUrl = process.env.MONGODB_URL ?? 'mongodb://127.0.0.1:27117';

/** What the specs run on, as their titles say it. */
export const engineName = 'MongoDB on the wire double';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A database of its own: the engine's URL with an unused name. */
export function testDatabase(): TestDatabase {
  const url = new URL(engineUrl);
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

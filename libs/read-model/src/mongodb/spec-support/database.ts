import { randomUUID } from 'node:crypto';
import { engine } from '@inkstream/testing/engines';
import { MongoClient } from 'mongodb';

const { env, from } = await engine('mongodb');

/** What the specs run on, for their titles. */
export const engineName = from === 'wire double' ? 'MongoDB on the wire double' : 'MongoDB';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A database of its own: the engine's URL with an unused name. */
export function testDatabase(): TestDatabase {
  const url = new URL(env.MONGODB_URL ?? '');
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

import { engine } from '@inkstream/testing/engines';
import { type OwnDatabase, ownDatabase } from './own-database.ts';

const { env, from } = await engine('mongodb');

/** What the specs run on, for their titles. */
export const engineName = from === 'wire double' ? 'MongoDB on the wire double' : 'MongoDB';

export type TestDatabase = OwnDatabase;
export const testDatabase = (): TestDatabase => ownDatabase(env.MONGODB_URL ?? '');

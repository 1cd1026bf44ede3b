import { backend } from '@inkstream/testing/backends';
import { type OwnDatabase, ownDatabase } from './own-database.ts';

const { env, from } = await backend('mongodb');

/** What the specs run on, for their titles. */
export const storeName = from === 'wire double' ? 'MongoDB on the wire double' : 'MongoDB';

export type TestDatabase = OwnDatabase;
export const testDatabase = (): TestDatabase => ownDatabase(env.MONGODB_URL ?? '');

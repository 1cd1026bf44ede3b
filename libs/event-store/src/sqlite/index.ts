export { openSqliteScavenger } from './scavenge.ts';
export { openSqliteEventStore, type SqliteEventStoreOptions } from './sqlite-event-store.ts';

export { type EventStoreDbOptions, openEventStoreDb } from './eventstoredb.ts';

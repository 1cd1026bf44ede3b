export { type EventStoreDbOptions, openEventStoreDb } from './eventstoredb.ts';
export { type EventStoreDbState, inspectEventStoreDb } from './inspect.ts';
export { type EventStoreDbScavengerOptions, openEventStoreDbScavenger } from './scavenge.ts';
export { type SetUpOptions, setUpEventStoreDb } from './setup.ts';
export { readConnection } from './tls-fault.ts';
export { type WithRightsOptions, withRights } from './with-rights.ts';

export { createEventRelay, type EventRelay, type EventRelayDeps } from './event-relay.ts';

export {
  DeliverLaterError,
  DeliveryRevokedError,
  LaterReleaseError,
  MessageBusUnavailableError,
  PoisonMessageError,
  UnknownTopicError,
} from './errors.ts';
export type * from './message-bus.ts';

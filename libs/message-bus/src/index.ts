export {
  DeliverLaterError,
  DeliveryRevokedError,
  isLaterRelease,
  LaterReleaseError,
  MessageBusFullError,
  MessageBusUnavailableError,
  PoisonMessageError,
  UnknownTopicError,
} from './errors.ts';
export type * from './message-bus.ts';

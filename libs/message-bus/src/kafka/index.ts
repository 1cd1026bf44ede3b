export { inspectKafka, type KafkaState } from './inspect.ts';
export { type KafkaMessageBusOptions, openKafkaMessageBus } from './kafka-message-bus.ts';
export type { Log } from './log.ts';

import type { MessageBus } from '../message-bus.ts';

export declare function openKafkaMessageBus(options: object): Promise<MessageBus>;

import { messageBusContract } from '../contract.ts';
import { openKafkaMessageBus } from './index.ts';
import { BROKERS } from './spec-support/brokers.ts';

messageBusContract('Kafka', async () => {
  const connect = () => openKafkaMessageBus({ brokers: BROKERS, partitions: 3 });
  return { bus: await connect(), connect, remove: async () => {} };
});

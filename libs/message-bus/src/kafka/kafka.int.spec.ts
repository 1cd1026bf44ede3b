import { messageBusContract } from '../contract.ts';
import { openKafkaMessageBus } from './index.ts';

const brokers = ['127.0.0.1:19192'];
messageBusContract('Kafka', async () => {
  const connect = () => openKafkaMessageBus({ brokers, partitions: 3 });
  return { bus: await connect(), connect, remove: async () => {} };
});

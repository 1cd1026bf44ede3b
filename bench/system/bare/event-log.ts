import { EventStoreDBClient, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import type { EventLog } from '../event-log.ts';

/** EventStoreDB's client alone. */
export function openBareLog(url: string): EventLog {
  const client = EventStoreDBClient.connectionString(url);
  return {
    async append(stream, events) {
      await client.appendToStream(stream, events.map(jsonEvent));
    },
    async catchUp(streamPrefix, count) {
      const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes: [streamPrefix] }) });
      let seen = 0;
      for await (const { event } of subscription) if (event && ++seen === count) break;
      await subscription.unsubscribe();
    },
    close: client.dispose,
  };
}

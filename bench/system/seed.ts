import { JOB_EVENTS_TOPIC, requestsTopic, toMessage } from '@inkstream/contracts';
import type { EventStore } from '@inkstream/event-store';
import { toStored } from '@inkstream/job-store';
import type { Message } from '@inkstream/message-bus';
import { inParallel } from './client.ts';
import { contextOf, eventsOf, streamsOf } from './jobs.ts';

const PARALLEL = 200;
/** As the relay has it. */
const BATCH_EVENTS = 500;

/** Ids of jobs: `count` of them from `first` on. */
export interface Jobs {
  readonly first: number;
  readonly count: number;
}

/** Appends the events of these jobs to their streams. Returns how many they are. */
export async function appendJobs(store: EventStore, { first, count }: Jobs): Promise<number> {
  let events = 0;
  await inParallel(count, PARALLEL, async (index) => {
    const id = first + index;
    for (const { stream, events: own } of streamsOf(id)) {
      const stored = own.map((event) => toStored(stream, event, contextOf(id)));
      await store.append(stream, stored, { expected: 'no_stream' });
      events += own.length;
    }
  });
  return events;
}

/** The messages of these jobs in the relay's batches, by topic, as it makes them of their events. */
export function batchesOf({ first, count }: Jobs): Map<string, Message[]>[] {
  const events = Array.from({ length: count }, (_, index) => eventsOf(first + index)).flat();
  const batches: Map<string, Message[]>[] = [];
  for (let start = 0; start < events.length; start += BATCH_EVENTS) {
    const batch = new Map<string, Message[]>();
    const add = (topic: string, message: Message) => {
      const messages = batch.get(topic) ?? [];
      messages.push(message);
      batch.set(topic, messages);
    };
    for (const event of events.slice(start, start + BATCH_EVENTS)) {
      const message = toMessage(event, `${event.jobId}-${event.type}`);
      add(JOB_EVENTS_TOPIC, message);
      if (event.type === 'ExecutionRequested') add(requestsTopic(event.data.provider), message);
    }
    batches.push(batch);
  }
  return batches;
}

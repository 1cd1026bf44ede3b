import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { JOB_EVENTS_TOPIC } from '@inkstream/contracts';
import { DOMAIN_STREAM_PREFIX } from '@inkstream/domain';
import type { Backends } from '@inkstream/service-kit';
import type { Stored } from '../stored.ts';

/** So long after its last message a topic counts as read, ms. */
const QUIET_MS = 500;

async function keysOf({ objects }: Backends): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of objects.list('')) keys.push(key);
  return keys.toSorted();
}

/** The streams of jobs and executions that there are or were. */
async function streamsOf({ eventStore }: Backends): Promise<Set<string>> {
  const streams = new Set<string>();
  const { signal } = new AbortController();
  for await (const { event, caughtUp } of eventStore.subscribe({
    streamPrefix: DOMAIN_STREAM_PREFIX,
    signal,
  })) {
    if (event) streams.add(event.stream);
    if (caughtUp) break;
  }
  return streams;
}

async function* messagesOf({ bus }: Backends): AsyncGenerator<string> {
  const messages: string[] = [];
  const tail = await bus.tail({
    topic: JOB_EVENTS_TOPIC,
    from: 'beginning',
    handler: ({ value }) => void messages.push(value),
  });
  for (let before = -1; before < messages.length; await sleep(QUIET_MS)) before = messages.length;
  await tail.close();
  yield* messages;
}

/** Everything that anyone could read in the stores, with the name of its place. */
async function* readable(backends: Backends): AsyncGenerator<readonly [place: string, content: string]> {
  for (const key of await keysOf(backends)) yield [key, await text(await backends.objects.get(key))];
  for (const stream of await streamsOf(backends))
    for await (const event of backends.eventStore.read(stream)) yield [stream, JSON.stringify(event)];
  for await (const view of backends.readModel.allJobs()) {
    yield [`document ${view.id}`, JSON.stringify(view)];
    yield [`executions of ${view.id}`, JSON.stringify(await backends.readModel.executionsOf(view.id))];
  }
  for await (const message of messagesOf(backends)) yield ['messages', message];
}

/** The stores of a distributed Inkstream, as their clients see them. */
export const storedIn = (backends: Backends): Stored => ({
  showsUnfinished: false,
  objects: () => keysOf(backends),

  async placesThatHold(texts) {
    const places = new Set<string>();
    for await (const [place, content] of readable(backends))
      if (texts.some((one) => place.includes(one) || content.includes(one))) places.add(place);
    return [...places].toSorted();
  },
});

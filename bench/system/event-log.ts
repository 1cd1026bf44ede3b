/**
 * A process that appends and reads as fast as it can through EventStoreDB's client alone (`bare`), or through the
 * adapter whose module it is given. It does what its parent tells it, and answers each time how fast it was.
 */
import { randomUUID } from 'node:crypto';
import type { EventStore, EventToAppend } from '@inkstream/event-store';
import type { EventStoreDbOptions } from '@inkstream/event-store/eventstoredb';
import { openBareLog } from './bare/event-log.ts';
import { type Pace, paceOf } from './bare/pace.ts';

export interface EventLog {
  append(stream: string, events: readonly EventToAppend[]): Promise<unknown>;
  /** Reads from the beginning of the log until so many events of these streams came. */
  catchUp(streamPrefix: string, count: number): Promise<void>;
  close(): Promise<void>;
}

/** What to do through one of the process's logs: so many appends at once for so long, a catch-up, or make a log. */
export type Task = { readonly url: string; readonly log: 'first' | 'second' } & (
  | { readonly do: 'append'; readonly callers: number; readonly ms: number }
  | { readonly do: 'catch up' | 'seed'; readonly streamPrefix: string; readonly count: number }
);

type Adapter = { openEventStoreDb(options: EventStoreDbOptions): Promise<EventStore> };

const SEED_EVENTS = 100;
const SEED_STREAMS = 20;
const text = 'x'.repeat(1_000);
const newEvent = (): EventToAppend => ({ id: randomUUID(), type: 'Measured', data: { text }, metadata: {} });

async function openAdapter(module: string, url: string): Promise<EventLog> {
  const adapter: Adapter = await import(module);
  const store = await adapter.openEventStoreDb({ url });
  return {
    append: (stream, events) => store.append(stream, events, { expected: 'any' }),
    async catchUp(streamPrefix, count) {
      const left = new AbortController();
      let seen = 0;
      for await (const { event } of store.subscribe({ streamPrefix, signal: left.signal }))
        if (event && ++seen === count) left.abort();
    },
    close: () => store.close(),
  };
}

const [subject = ''] = process.argv.slice(2);
const logs = new Map<string, Promise<EventLog>>();

/** A second one is opened once the first has appended. */
async function logOf(url: string, log: Task['log']): Promise<EventLog> {
  if (log === 'second') await logOf(url, 'first');
  const key = `${log} ${url}`;
  const opened = logs.get(key) ?? openWarm(url);
  logs.set(key, opened);
  return opened;
}

async function openWarm(url: string): Promise<EventLog> {
  const log = await (subject === 'bare' ? openBareLog(url) : openAdapter(subject, url));
  await log.append(`first-${randomUUID()}`, [newEvent()]);
  return log;
}

async function append(log: EventLog, callers: number, ms: number): Promise<Pace> {
  const [stream, endAt] = [randomUUID(), performance.now() + ms];
  let count = 0;
  const call = async (_: unknown, caller: number) => {
    for (; performance.now() < endAt; count++) await log.append(`${stream}-${caller}`, [newEvent()]);
  };
  return paceOf(
    () => count,
    () => Promise.all(Array.from({ length: callers }, call)),
  );
}

async function seed(log: EventLog, streamPrefix: string, count: number): Promise<void> {
  for (let seeded = 0, n = 0; seeded < count; seeded += SEED_EVENTS, n++) {
    const some = Array.from({ length: Math.min(SEED_EVENTS, count - seeded) }, newEvent);
    await log.append(`${streamPrefix}${n % SEED_STREAMS}`, some);
  }
}

async function perform(task: Task): Promise<Pace | 'done'> {
  const log = await logOf(task.url, task.log);
  if (task.do === 'append') return append(log, task.callers, task.ms);
  const { streamPrefix, count } = task;
  if (task.do === 'catch up') return paceOf(count, () => log.catchUp(streamPrefix, count));
  await seed(log, streamPrefix, count);
  return 'done';
}

process.on('message', async (task: Task | 'close') => {
  if (task !== 'close') return void process.send?.(await perform(task));
  for (const log of logs.values()) await (await log).close();
  process.disconnect();
});

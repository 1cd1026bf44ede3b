import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { JOB_EVENTS_TOPIC, requestsTopic } from '@inkstream/contracts';
import type { MessageBus } from '@inkstream/message-bus';
import { compare } from './compare.ts';
import { PROVIDER } from './jobs.ts';
import type { Figure } from './report.ts';
import { appendJobs, type Jobs } from './seed.ts';
import { enginesOf, type Mode } from './subject/engines.ts';
import { type Env, startService } from './subject/service.ts';
import { withStores } from './subject/stores.ts';

const JOBS = 5_000;
const ROUNDS = 2;
const RELAY = new URL('../../services/event-relay/src/main.ts', import.meta.url);
const TOPICS = [JOB_EVENTS_TOPIC, requestsTopic(PROVIDER)].flatMap((name) => [
  { name },
  { name: `bare.${name}` },
]);
const BARE: Readonly<Record<Mode, string>> = { embedded: 'sqlite-publisher', distributed: 'kafka-producer' };
const POLL_MS = 20;
const LIMIT_MS = 120_000;

/** Events a second of a process that publishes the same messages and does nothing else. */
async function bare(mode: Mode, env: Env, { first, count }: Jobs): Promise<number> {
  const child = fork(fileURLToPath(new URL(`./bare/${BARE[mode]}.ts`, import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'],
    env: { ...process.env, ...env, FIRST: String(first), COUNT: String(count) },
  });
  const [rate] = await once(child, 'message');
  return Number(rate);
}

/** How many messages are in the feed: all that a group which never began has before it. */
const published = (bus: MessageBus) => bus.lag(JOB_EVENTS_TOPIC, 'nobody');

/** Events a second that a relay publishes which finds so many, from the first that is seen to the last. */
async function relayed(bus: MessageBus, env: Env, events: number): Promise<number> {
  const before = await published(bus);
  const service = startService('event-relay', RELAY, env);
  const giveUpAt = performance.now() + LIMIT_MS;
  let first: { readonly at: number; readonly count: number } | undefined;
  for (;;) {
    const count = (await published(bus)) - before;
    const at = performance.now();
    if (count > 0) first ??= { at, count };
    if (first && count >= events) {
      await (await service).close();
      return (count - first.count) / ((at - first.at) / 1000);
    }
    if (at > giveUpAt) throw new Error(`${count} of ${events} events were relayed`);
    await sleep(POLL_MS);
  }
}

async function measure(mode: Mode): Promise<Figure[]> {
  const engines = await enginesOf(mode, ['kafka', 'eventstoredb']);
  try {
    const rates = await withStores(engines.env, ['eventStore', 'bus'], async ({ eventStore, bus }) => {
      await bus.ensureTopics(TOPICS);
      let jobs = { first: 1, count: JOBS };
      return compare(ROUNDS, {
        bare: () => bare(mode, engines.env, jobs),
        async relay() {
          const events = await appendJobs(eventStore, jobs);
          jobs = { first: jobs.first + JOBS, count: JOBS };
          return relayed(bus, engines.env, events);
        },
      });
    });
    const baseline = mode === 'embedded' ? 'the SQLite bus alone' : 'kafkajs alone';
    return [
      { name: `events in batches through ${baseline}`, value: rates.bare, unit: 'a second' },
      { mode, name: 'events relayed', value: rates.relay, unit: 'a second' },
      {
        mode,
        name: `relay against ${baseline}`,
        value: rates.relay / rates.bare,
        unit: 'ratio',
        target: { is: '>=', limit: 0.5 },
      },
    ];
  } finally {
    await engines.close();
  }
}

/** Events a second from the event store to the bus, against publishing the same messages in the same batches alone. */
export async function relay(): Promise<Figure[]> {
  return [...(await measure('embedded')), ...(await measure('distributed'))];
}

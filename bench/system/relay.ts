import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { JOB_EVENTS_TOPIC, requestsTopic } from '@inkstream/contracts';
import type { MessageBus } from '@inkstream/message-bus';
import { mean } from '../accuracy/statistics.ts';
import type { Pace } from './bare/pace.ts';
import { PROVIDER } from './jobs.ts';
import { inEachMode, type Options, scaled } from './options.ts';
import type { Figure } from './report.ts';
import { appendJobs, type Jobs } from './seed.ts';
import { backendsOf, type Mode } from './subject/backends.ts';
import { type Env, launchService } from './subject/service.ts';
import { withStores } from './subject/stores.ts';

const JOBS = 15_000;
const ROUNDS = 2;
const RELAY = new URL('../../services/event-relay/src/main.ts', import.meta.url);
const TOPICS = [JOB_EVENTS_TOPIC, requestsTopic(PROVIDER)].flatMap((name) => [
  { name },
  { name: `bare.${name}` },
]);
const BARE: Readonly<Record<Mode, string>> = { embedded: 'sqlite-publisher', distributed: 'kafka-producer' };
const POLL_MS = 50;
const LIMIT_MS = 120_000;

/** How fast a process is that publishes the same messages and does nothing else. */
async function bare(mode: Mode, env: Env, { first, count }: Jobs): Promise<Pace> {
  const child = fork(fileURLToPath(new URL(`./bare/${BARE[mode]}.ts`, import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'],
    env: { ...process.env, ...env, FIRST: String(first), COUNT: String(count) },
  });
  const [pace] = (await once(child, 'message')) as [Pace];
  return pace;
}

/** How many messages are in the feed: all that a group which never began has before it. */
const published = (bus: MessageBus) => bus.lag(JOB_EVENTS_TOPIC, 'nobody');

/** How fast a relay is that finds so many events, from the first that is seen to the last. */
async function relayed(bus: MessageBus, env: Env, events: number): Promise<Pace> {
  const before = await published(bus);
  const service = await launchService('event-relay', RELAY, env);
  const giveUpAt = performance.now() + LIMIT_MS;
  let first: { readonly at: number; readonly cpu: number; readonly count: number } | undefined;
  for (;;) {
    const count = (await published(bus)) - before;
    const [at, cpu] = [performance.now(), await service.cpu()];
    if (count > 0) first ??= { at, cpu, count };
    if (first && count >= events) {
      await service.close();
      const seen = count - first.count;
      return { byClock: seen / ((at - first.at) / 1000), byCpu: seen / (cpu - first.cpu) };
    }
    if (at > giveUpAt) throw new Error(`${count} of ${events} events were relayed`);
    await sleep(POLL_MS);
  }
}

/** Both in turn. The first round warms the backends up and does not count. */
async function inTurn(mode: Mode, env: Env, count: number): Promise<{ bare: Pace[]; relay: Pace[] }> {
  return withStores(env, ['eventStore', 'bus'], async ({ eventStore, bus }) => {
    await bus.ensureTopics(TOPICS);
    const paces = { bare: [] as Pace[], relay: [] as Pace[] };
    for (let round = 0; round <= ROUNDS; round++) {
      const jobs = { first: 1 + round * count, count };
      const alone = await bare(mode, env, jobs);
      const whole = await relayed(bus, env, await appendJobs(eventStore, jobs));
      console.error(`  ${mode}, round ${round}`, { alone, whole });
      if (round > 0) paces.bare.push(alone) && paces.relay.push(whole);
    }
    return paces;
  });
}

async function measure(mode: Mode, options: Options): Promise<Figure[]> {
  const backends = await backendsOf(mode, ['kafka', 'eventstoredb']);
  try {
    const paces = await inTurn(mode, backends.env, scaled(JOBS, options));
    const against = mode === 'embedded' ? 'the SQLite bus alone' : 'kafkajs alone';
    return (['byClock', 'byCpu'] as const).flatMap((measured): Figure[] => {
      const [alone, whole] = [paces.bare, paces.relay].map((all) => mean(all.map((one) => one[measured])));
      if (alone === undefined || whole === undefined) return [];
      const unit = measured === 'byClock' ? 'a second' : 'a CPU second';
      return [
        { name: `events in batches through ${against}`, value: alone, unit },
        { mode, name: 'events relayed', value: whole, unit },
        {
          mode,
          name: `relay against ${against}, ${unit}`,
          value: whole / alone,
          unit: 'ratio',
          target: { is: '>=', limit: 0.8 },
        },
      ];
    });
  } finally {
    await backends.close();
  }
}

/** Events a second from the event store to the bus, against publishing the same messages in the same batches alone. */
export const relay = (options: Options): Promise<Figure[]> => inEachMode(options, measure);

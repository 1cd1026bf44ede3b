import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forkEventStoreDbDouble } from '@inkstream/testing/eventstoredb-double';
import { mean, percentile } from '../accuracy/statistics.ts';
import type { Pace } from './bare/pace.ts';
import type { Task } from './event-log.ts';
import type { Figure } from './report.ts';

/** The first one warms up and does not count. */
const ROUNDS = 6;
const CALLERS = [1, 16, 64];
const MOST_CALLERS = 64;
const APPEND_MS = 500;
const EVENTS = 20_000;
const WANTED = 0.9;
const LOG = fileURLToPath(new URL('./event-log.ts', import.meta.url));
const SECOND = `appends by a second store of the process, ${MOST_CALLERS} at once`;
/** Fewer callers have no target: what they wait for is the server. */
const UNWANTED = /, (1|16) at once/;
const appends = (callers: number) => `appends, ${callers} at once`;

/** Who does the tasks, each in a process of its own. `other` is another adapter, if the environment names its module. */
const SUBJECTS: Readonly<Record<string, string>> = {
  bare: 'bare',
  adapter: '@inkstream/event-store/eventstoredb',
  ...(process.env.BENCH_OTHER_ADAPTER ? { other: process.env.BENCH_OTHER_ADAPTER } : {}),
};

function start(subject: string) {
  const child = fork(LOG, [subject], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const ended = once(child, 'exit');
  const failed = ended.then(([code]) => {
    throw new Error(`${subject} ended with code ${code}`);
  });
  failed.catch(() => {});
  return {
    async perform(task: Task): Promise<Pace> {
      child.send(task);
      const [pace] = await Promise.race([once(child, 'message'), failed]);
      return pace;
    },
    async close() {
      child.send('close');
      await ended;
    },
  };
}

/** The server that the environment names, or the wire double; and one that knows classic appends only. */
async function startServers() {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-bench-'));
  const named = process.env.EVENTSTORE_URL;
  const double = named ? undefined : await forkEventStoreDbDouble({ file: join(folder, 'log.db') });
  const classic = await forkEventStoreDbDouble({ file: join(folder, 'classic.db'), batchAppend: false });
  console.error(
    named ? '  on the server of EVENTSTORE_URL' : '  on the wire double, a process on these cores',
  );
  console.error('  classic appends on the wire double');
  return {
    url: named ?? double?.url ?? '',
    classicUrl: classic.url,
    async close() {
      await Promise.all([double?.kill('SIGINT'), classic.kill('SIGINT')]);
      await rm(folder, { recursive: true });
    },
  };
}

function tasks(url: string, classicUrl: string, streamPrefix: string): Record<string, Task> {
  const append = { do: 'append', log: 'first', ms: APPEND_MS } as const;
  return {
    ...Object.fromEntries(CALLERS.map((callers) => [appends(callers), { ...append, url, callers }])),
    [SECOND]: { ...append, url, log: 'second', callers: MOST_CALLERS },
    ...Object.fromEntries(
      CALLERS.map((callers) => [`classic ${appends(callers)}`, { ...append, url: classicUrl, callers }]),
    ),
    'events of a catch-up': { do: 'catch up', log: 'first', url, streamPrefix, count: EVENTS },
  };
}

/** The rounds of each task by each subject, in turn. */
async function measure(): Promise<Map<string, Map<string, Pace[]>>> {
  const servers = await startServers();
  const workers = Object.entries(SUBJECTS).map(([name, module]) => ({ name, ...start(module) }));
  const measured = new Map<string, Map<string, Pace[]>>();
  try {
    const streamPrefix = `catch-up-${randomUUID()}-`;
    const { url, classicUrl } = servers;
    await workers[0]?.perform({ do: 'seed', url, log: 'first', streamPrefix, count: EVENTS });
    for (let round = 0; round < ROUNDS; round++) {
      for (const [what, task] of Object.entries(tasks(url, classicUrl, streamPrefix))) {
        const bySubject = measured.get(what) ?? new Map<string, Pace[]>();
        measured.set(what, bySubject);
        for (const { name, perform } of workers) {
          const pace = await perform(task);
          if (round > 0) bySubject.set(name, [...(bySubject.get(name) ?? []), pace]);
        }
      }
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
    await servers.close();
  }
  return measured;
}

/** The adapter against the client alone, and its second store against its first: by the clock and by CPU time. */
export async function eventStore(): Promise<Figure[]> {
  const measured = await measure();
  const rate = (what: string, subject: string) =>
    mean((measured.get(what)?.get(subject) ?? []).map(({ byClock }) => byClock));
  /** In the middle of the rounds, each against its own neighbour: how busy the machine is changes. */
  const against =
    (one: readonly Pace[] = [], other: readonly Pace[] = []) =>
    (by: keyof Pace) =>
      percentile(
        one.map((pace, round) => pace[by] / (other[round]?.[by] ?? Number.NaN)),
        0.5,
      );
  const ratios = (name: string, ratio: (by: keyof Pace) => number, wanted: boolean): Figure[] => [
    {
      mode: 'distributed',
      name: `${name}, by the clock`,
      value: ratio('byClock'),
      unit: 'ratio',
      ...(wanted ? { target: { is: '>=', limit: WANTED } } : {}),
    },
    { mode: 'distributed', name: `${name}, by CPU time`, value: ratio('byCpu'), unit: 'ratio' },
  ];
  const adapters = Object.keys(SUBJECTS).filter((subject) => subject !== 'bare');
  const figures: Figure[] = [];
  for (const what of measured.keys()) {
    figures.push({ name: `bare: ${what}`, value: rate(what, 'bare'), unit: 'a second' });
    for (const subject of adapters) {
      const ratio = against(measured.get(what)?.get(subject), measured.get(what)?.get('bare'));
      const name = `${subject}: ${what}`;
      figures.push({ mode: 'distributed', name, value: rate(what, subject), unit: 'a second' });
      figures.push(...ratios('– against bare', ratio, !UNWANTED.test(what)));
    }
  }
  for (const subject of adapters) {
    const first = measured.get(appends(MOST_CALLERS))?.get(subject);
    const ratio = against(measured.get(SECOND)?.get(subject), first);
    figures.push(...ratios(`${subject}: the second store of a process against the first`, ratio, true));
  }
  return figures;
}

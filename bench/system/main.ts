/** The whole system against its parts, and how fast it answers: see README.md. `npm run bench -- --help` */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cpu } from './cpu.ts';
import { eventStore } from './event-store.ts';
import { footprint } from './footprint.ts';
import { largeJob } from './large-job.ts';
import { latency } from './latency.ts';
import type { Benchmark } from './options.ts';
import { projection } from './projection.ts';
import { reads } from './reads.ts';
import { rebuild } from './rebuild.ts';
import { relay } from './relay.ts';
import { type Result, report } from './report.ts';
import { resources } from './resources.ts';
import { steady } from './steady.ts';
import type { Mode } from './subject/backends.ts';
import { sweep } from './sweep.ts';
import { telemetry } from './telemetry.ts';
import { throughput } from './throughput.ts';
import { uploads } from './uploads.ts';
import { usualStack } from './usual-stack.ts';

/** What each measures, and what does. */
const benchmarks: Readonly<Record<string, readonly [string, Benchmark]>> = {
  uploads: ['uploads of 300 KB against putObject of the same bytes', uploads],
  latency: ['from 201 to completed against the calls of the backends alone', latency],
  'usual-stack': ['from 201 to completed against BullMQ on Redis', usualStack],
  cpu: ['CPU time of all our processes for each job of one file', cpu],
  throughput: ['receipts a second against the bare engine', throughput],
  relay: ['events published a second against the bus alone', relay],
  projection: ['events a second into the read model, live', projection],
  rebuild: ['events a second of a rebuild of the read model', rebuild],
  telemetry: ['CPU time with metrics, traces and profiles against without them', telemetry],
  reads: ['lists and jobs with 200,000 jobs in the read model', reads],
  footprint: ['what a receipt leaves in each store', footprint],
  'large-job': ['a job of 500 files against 500 jobs of one', largeJob],
  steady: ['100,000 uploads without a pause: rate, memory, and whether all complete', steady],
  sweep: ['a sweep of 1,000,000 jobs with nothing to do', sweep],
  resources: ['CPU and memory of each service, idle and under load', resources],
  'event-store': ['EventStoreDB through the adapter against its client alone', eventStore],
};

const MODES: Readonly<Record<string, readonly Mode[]>> = {
  embedded: ['embedded'],
  distributed: ['distributed'],
  both: ['embedded', 'distributed'],
};

function usage(status: number): never {
  const names = Object.entries(benchmarks).map(([name, [measures]]) => `  ${name.padEnd(12)} ${measures}`);
  const say = status === 0 ? console.log : console.error;
  say(`npm run bench -- [--mode embedded|distributed] [--scale 0.01] [NAME…]\n\n${names.join('\n')}`);
  process.exit(status);
}

const { values, positionals: chosen } = parseArgs({
  allowPositionals: true,
  options: {
    mode: { type: 'string', default: 'both' },
    scale: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) usage(0);
const options = { modes: MODES[values.mode] ?? usage(2), scale: Number(values.scale) };
if (!(options.scale > 0) || chosen.some((name) => !Object.hasOwn(benchmarks, name))) usage(2);

// Services and backends end with this process if it exits, not if a signal kills it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const results: Result[] = [];
for (const [benchmark, [, run]] of Object.entries(benchmarks)) {
  if (chosen.length > 0 && !chosen.includes(benchmark)) continue;
  console.error(`${benchmark} …`);
  for (const figure of await run(options)) results.push({ benchmark, ...figure });
}
await report(results, fileURLToPath(new URL('../results', import.meta.url)), new Date());

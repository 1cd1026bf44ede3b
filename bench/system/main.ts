/** The whole system against its parts, and how fast it answers: see README.md. `npm run bench [-- NAME…]` */
import { fileURLToPath } from 'node:url';
import { eventStore } from './event-store.ts';
import { ingest } from './ingest.ts';
import { largeJob } from './large-job.ts';
import { latency } from './latency.ts';
import { projection } from './projection.ts';
import { reads } from './reads.ts';
import { relay } from './relay.ts';
import { type Figure, type Result, report } from './report.ts';
import { throughput } from './throughput.ts';

const benchmarks: Readonly<Record<string, () => Promise<Figure[]>>> = {
  ingest,
  latency,
  throughput,
  relay,
  projection,
  reads,
  'large-job': largeJob,
  'event-store': eventStore,
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}`,
  );
  process.exit(2);
}

// Services and backends end with this process where it exits, not where a signal kills it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const results: Result[] = [];
for (const [benchmark, run] of Object.entries(benchmarks)) {
  if (chosen.length > 0 && !chosen.includes(benchmark)) continue;
  console.error(`${benchmark} …`);
  for (const figure of await run()) results.push({ benchmark, ...figure });
}
await report(results, fileURLToPath(new URL('../results', import.meta.url)), new Date());

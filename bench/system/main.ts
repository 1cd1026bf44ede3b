/** The whole system against its parts, and how fast it answers: see README.md. `npm run bench [-- NAME…]` */
import { fileURLToPath } from 'node:url';
import { latency } from './latency.ts';
import { projection } from './projection.ts';
import { reads } from './reads.ts';
import { type Figure, report } from './report.ts';
import { throughput } from './throughput.ts';
import { uploads } from './uploads.ts';

const benchmarks: Readonly<Record<string, () => Promise<Figure[]>>> = {
  throughput,
  latency,
  uploads,
  projection,
  reads,
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}`,
  );
  process.exit(2);
}

const figures: Figure[] = [];
for (const [name, run] of Object.entries(benchmarks)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  console.error(`${name} …`);
  figures.push(...(await run()));
}
await report(figures, fileURLToPath(new URL('../results', import.meta.url)), new Date());

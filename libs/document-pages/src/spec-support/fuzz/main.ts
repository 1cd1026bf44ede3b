/** `npm run fuzz:documents` */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Finding, fuzz } from './fuzz.ts';
import { wholeFiles } from './wholes.ts';

const USAGE = `npm run fuzz:documents -- --seconds N | --count N [--seed S] [--first K] [--alone] [--jobs J] [--save DIR]
Reads mutated documents by the decoders, for N seconds or N of them. --first K --count 1 reads one again; --alone gives
each input a process of its own, as services do, instead of one in fifty; --save writes inputs that were found to DIR.`;

const { values: given } = parseArgs({
  options: {
    seconds: { type: 'string' },
    count: { type: 'string' },
    seed: { type: 'string', default: '11' },
    first: { type: 'string', default: '0' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    alone: { type: 'boolean', default: false },
    save: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (given.help) {
  console.log(USAGE);
  process.exit();
}
const whole = (text: string | undefined): number | undefined =>
  text && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
const [seconds, count, seed, first, jobs] = [
  given.seconds,
  given.count,
  given.seed,
  given.first,
  given.jobs,
].map(whole);
if ((seconds === undefined) === (count === undefined) || seed === undefined || first === undefined || !jobs) {
  console.error(USAGE);
  process.exit(2);
}

function onFinding({ number, name, faults }: Finding, bytes: Buffer): void {
  console.log(`seed ${seed}, number ${number} (${name}):\n  ${faults.join('\n  ')}`);
  if (!given.save) return;
  mkdirSync(given.save, { recursive: true });
  writeFileSync(join(given.save, `${seed}-${number}`), bytes);
}

// Ctrl+C ends it with a report of what has been done.
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const wholes = await wholeFiles();
console.log(`${wholes.length} files are read as they are first, which is not part of the seconds …`);
const began = performance.now();
const report = await fuzz({
  ...{ wholes, seed, first, jobs, onFinding },
  count: count ?? Number.POSITIVE_INFINITY,
  aloneEvery: given.alone ? 1 : 50,
  signal: stop.signal,
  ...(seconds !== undefined && { seconds }),
});
const { inputs, alone, outcomes, deaths, crashes, findings, leaks, peakMib } = report;
console.log(
  `${inputs} inputs of seed ${seed} in ${Math.round((performance.now() - began) / 1000)} s, ${alone} of them in a process of their own`,
);
for (const [outcome, times] of [...outcomes].sort(([, a], [, b]) => b - a))
  console.log(`  ${outcome}: ${times}`);
console.log(
  `shared processes ended over ${deaths} inputs, ${crashes} crashed in WebAssembly; a decoder had ${peakMib} MiB at most`,
);
for (const leak of leaks) console.log(`left behind: ${leak}`);
console.log(
  findings.length + leaks.length === 0 ? 'Nothing was found.' : `${findings.length} inputs showed faults.`,
);
process.exitCode = findings.length + leaks.length === 0 ? 0 : 1;

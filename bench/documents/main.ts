/** What documents cost to decode and to read by the local engine: see README.md. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { documentsToMeasure } from './documents.ts';
import { sourcesOf } from './source.ts';
import type { Taken } from './subject.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const subject = fileURLToPath(new URL('./subject.ts', import.meta.url));
const { values: options } = parseArgs({
  options: { before: { type: 'string' }, help: { type: 'boolean', default: false } },
});
if (options.help) {
  console.log(
    'npm run bench:documents [-- --before COMMIT]\nWhat documents cost to decode and to read, by these sources and by those of the commit.',
  );
  process.exit();
}

/** A process of its own for each document, so that none finds what another has left. */
function measure(root: string, bytes: Uint8Array): Promise<Taken> {
  const execArgv = ['--disable-warning=ExperimentalWarning'];
  const child = fork(subject, [root], { execArgv, serialization: 'advanced' });
  return new Promise((resolve, reject) => {
    child.once('message', (taken) => resolve(taken as Taken));
    child.once('exit', (code) => reject(new Error(`It ended with ${code}`)));
    child.send(bytes);
  });
}

const subjects: (readonly [name: string, root: string])[] = [['now', repository]];
if (options.before) subjects.unshift([options.before, await sourcesOf(repository, options.before)]);
const table = new Table({
  head: ['document', 'of', 'page', 'decoded in CPU ms', 'decoder, MiB at most', 'read in CPU ms', 'lines'],
});
// In turn, so that a machine that is slow for a while is slow for all.
for (const [name, bytes] of await documentsToMeasure())
  for (const [of, root] of subjects) {
    const { page, decodedMs, decoderMib, readMs, lines, error } = await measure(root, bytes);
    const read = error === undefined ? [readMs.toFixed(0), lines] : [{ colSpan: 2, content: error }];
    table.push([name, of, page, decodedMs, decoderMib.toFixed(0), ...read]);
  }
console.log(table.toString());

/** Says which regular expressions of production may take more than linear time: `npm run lint:patterns [-- ROOT]`. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { checkPatterns } from './patterns/check-patterns.ts';

/** What was found harmless before, by the same checker: to find that out takes a minute. */
const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/inkstream');
const { version } = createRequire(import.meta.url)('recheck/package.json');
const how = readFileSync(join(import.meta.dirname, 'patterns/pattern-fault-worker.ts'));
const digest = createHash('sha256').update(version).update(how).digest('hex').slice(0, 12);
const KNOWN = join(CACHE, `harmless-patterns-${digest}.json`);

function readKnown(): ReadonlySet<string> {
  try {
    return new Set(JSON.parse(readFileSync(KNOWN, 'utf8')));
  } catch {
    return new Set();
  }
}

const root = process.argv[2] ?? join(import.meta.dirname, '../../..');
const known = readKnown();
const { checked, findings, harmless } = await checkPatterns(root, known);
mkdirSync(CACHE, { recursive: true });
writeFileSync(KNOWN, JSON.stringify([...new Set([...known, ...harmless])]));
for (const { file, source, flags, fault } of findings)
  console.error(source === undefined ? `${file} ${fault}` : `${file}\n  /${source}/${flags}\n  ${fault}`);
console.log(`${checked} patterns checked, ${findings.length} to mend`);
process.exitCode = findings.length > 0 || checked === 0 ? 1 : 0;

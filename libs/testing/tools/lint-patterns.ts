/** Says which regular expressions of production may take more than linear time: `npm run lint:patterns [-- ROOT]`. */
import { join } from 'node:path';
import { checkPatterns } from './patterns/check-patterns.ts';

const { checked, findings } = await checkPatterns(process.argv[2] ?? join(import.meta.dirname, '../../..'));
for (const { file, source, flags, fault } of findings)
  console.error(source === undefined ? `${file} ${fault}` : `${file}\n  /${source}/${flags}\n  ${fault}`);
console.log(`${checked} patterns checked, ${findings.length} to mend`);
process.exitCode = findings.length > 0 || checked === 0 ? 1 : 0;

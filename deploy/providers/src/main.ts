/** Writes what follows from the folders services/ocr-*, so that nobody keeps a list of providers by hand. */
import { fileURLToPath } from 'node:url';
import { readArguments, runCommand } from '../../command/src/command.ts';
import { checkGenerated, generate } from './generated.ts';

const usage = 'npm run generate:providers [-- --check]';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

await runCommand(async () => {
  const { values, positionals } = readArguments(usage, { check: { type: 'boolean', default: false } });
  if (positionals.length > 0) throw new Error(usage);
  if (values.check) await checkGenerated(ROOT);
  else for (const path of await generate(ROOT)) console.log(path);
});

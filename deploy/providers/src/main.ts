/** Writes what follows from the folders services/ocr-*, so that nobody keeps a list of providers by hand. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runCommand } from '../../command/src/command.ts';
import { providerFolders } from './folders.ts';
import { generatedFiles } from './generated.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

await runCommand(async () => {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const stale = generatedFiles(ROOT, await providerFolders(ROOT)).filter((file) => file.stale);
  if (values.check && stale.length > 0)
    throw new Error(
      `Stale: ${stale.map(({ path }) => path).join(', ')}. \`npm run generate:providers\` writes them anew.`,
    );
  for (const { path, text } of stale) {
    writeFileSync(join(ROOT, path), text);
    console.log(path);
  }
});

/**
 * Makes a provider's folder that builds, runs and passes its tests against a double of its vendor, and what follows from
 * the folder. A plain command and no generator of Nx: it copies a folder, and Nx's kit would be a dependency for that.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readArguments, runCommand } from '../../command/src/command.ts';
import { generate } from './generated.ts';
import { newProvider } from './new-provider.ts';

const usage = 'npm run new:provider -- acme';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BIOME = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');

await runCommand(async () => {
  const { positionals } = readArguments(usage, {});
  const [name, ...others] = positionals;
  if (name === undefined || others.length > 0) throw new Error(usage);
  const folder = newProvider(ROOT, name);
  console.log(folder);
  const run = promisify(execFile);
  // Lines that another name made longer or shorter.
  await run(process.execPath, [BIOME, 'check', '--write', folder], { cwd: ROOT });
  for (const path of await generate(ROOT)) console.log(path);
  console.log('npm install, which links it: up to a minute');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  await run(npm, ['install', '--prefer-offline'], { cwd: ROOT });
  console.log(`package-lock.json\nIts tests: npx vitest run ${folder}`);
});

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { newProvider } from '../../../../deploy/providers/src/new-provider.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** What a terminal has, and how npm reaches its registry; nothing of the npm and the tests that this runs in. */
const INHERITED = /^(HOME|npm_config_(registry|cache)|NODE_EXTRA_CA_CERTS|https?_proxy|no_proxy)$/i;
export const TERMINAL: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => INHERITED.test(name))),
  NO_COLOR: '1',
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
};

/** What the lock of the repository says of others' packages: what it pins is installed, and npm's cache has it. */
function lockOfOthers(): string {
  const { lockfileVersion, packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const others = Object.entries<{ readonly link?: boolean }>(packages).filter(
    ([path, { link }]) => path.startsWith('node_modules/') && !link,
  );
  return JSON.stringify({ lockfileVersion, requires: true, packages: Object.fromEntries(others) });
}

/** An empty folder beside a provider that was made by `npm run new:provider -- acme`. */
export function openEmptyFolder() {
  const parent = mkdtempSync(join(tmpdir(), 'inkstream-outside-'));
  const folder = join(parent, 'acme');
  mkdirSync(folder);
  mkdirSync(join(parent, 'inkstream/services'), { recursive: true });
  writeFileSync(join(parent, 'inkstream/package.json'), JSON.stringify({ version: '0.0.0' }));
  const made = newProvider(join(parent, 'inkstream'), 'acme');
  writeFileSync(join(folder, 'package-lock.json'), lockOfOthers());
  return {
    folder,
    /** A block of the page with the paths of this folder. */
    here: (code: string) =>
      code.replaceAll('../acme', folder).replaceAll(made, join(parent, 'inkstream', made)),
    /** Runs code in a shell, in the repository or the folder. Rejects with what it said. */
    async run(code: string, where: 'repository' | 'folder' = 'folder'): Promise<string> {
      const cwd = where === 'folder' ? folder : ROOT;
      const options = { cwd, env: TERMINAL, maxBuffer: 2 ** 26 };
      const ran = promisify(execFile)('sh', ['-ec', code], options);
      const { stdout } = await ran.catch(({ message, stdout, stderr }) => {
        throw new Error(`${message}\n${stdout}${stderr}`);
      });
      return stdout;
    },
    remove: () => rmSync(parent, { recursive: true, maxRetries: 3 }),
  };
}

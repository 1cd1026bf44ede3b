import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { jobSchema } from '@inkstream/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { copyRepository } from '../support/repository-copy.ts';
import { waitFor } from '../support/wait-for.ts';
import { codeIn } from './page.ts';

const LIMIT_MS = 480_000;
const run = promisify(execFile);

/** What a terminal has, and nothing of what this test runs in. */
const { PATH, HOME } = process.env;
const TERMINAL = { PATH, HOME, PADDLE_OCR_THREADS: '1' };

interface Running {
  /** Resolves once it has said something like this, with what it said until then; rejects if it ends before. */
  says(pattern: RegExp): Promise<string>;
  readonly ended: Promise<number | null>;
  end(): Promise<unknown>;
}

describe('docs/adding-a-provider.md, followed in a copy of the repository', () => {
  let root: string;
  let blocks: string[];
  const running: Running[] = [];
  beforeAll(() => {
    root = copyRepository();
    blocks = codeIn(readFileSync(join(root, 'docs/adding-a-provider.md'), 'utf8'), 'sh');
  }, LIMIT_MS);
  afterEach(async () => {
    await Promise.all(running.splice(0).map(({ end }) => end()));
  });
  afterAll(() => rmSync(root, { recursive: true, maxRetries: 3 }));

  /** The block of the page that has these words. */
  const block = (words: string): string => {
    const found = blocks.filter((code) => code.includes(words));
    expect(found, `blocks with ${words}`).toHaveLength(1);
    return found[0] ?? '';
  };
  const inShell = (code: string) =>
    run('sh', ['-ec', code], { cwd: root, env: TERMINAL, timeout: LIMIT_MS, maxBuffer: 2 ** 26 });

  /** Runs a block in a terminal of its own. */
  function inTerminal(code: string, env: Readonly<Record<string, string>> = {}): Running {
    const child = spawn('sh', ['-ec', code], { cwd: root, env: { ...TERMINAL, ...env }, detached: true });
    let said = '';
    const heard = new Set<() => void>();
    for (const output of [child.stdout, child.stderr])
      output.on('data', (chunk) => {
        said += chunk;
        for (const look of heard) look();
      });
    const ended = once(child, 'close').then(([code]): number | null => code);
    const terminal: Running = {
      ended,
      says: (pattern) =>
        new Promise((resolve, reject) => {
          const look = () => pattern.test(said) && resolve(said);
          heard.add(look);
          look();
          ended.then(() => reject(new Error(`It ended, having said: ${said}`)));
        }),
      async end() {
        // The group, as a Ctrl-C does.
        if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGTERM');
        await ended;
      },
    };
    running.push(terminal);
    return terminal;
  }

  it('makes a folder that compiles, has the style of the house and passes its tests', {
    timeout: LIMIT_MS,
  }, async () => {
    await inShell(block('npm run new:provider'));
    expect(existsSync(join(root, 'services/ocr-acme/src/provider.ts'))).toBe(true);
    await inShell(block('npx vitest run'));
    const { stdout, stderr } = await inShell('npx biome check services/ocr-acme services/all-in-one');
    expect(stdout + stderr).toMatch(/Checked [1-9]\d* files/);
    expect((await inShell(block('npm run generate:providers'))).stdout).not.toMatch(/docker-compose|docs\//);
    for (const list of ['docker-compose.yml', 'docs/providers.md', 'services/all-in-one/package.json'])
      expect(readFileSync(join(root, list), 'utf8')).toContain('ocr-acme');
  });

  it('runs it beside npm start, and a client gets what the double of the vendor read', {
    timeout: LIMIT_MS,
  }, async () => {
    const [inkstream = 0, provider = 0, double = 0] = [await freePort(), await freePort(), await freePort()];
    const here = (code: string) =>
      code
        .replaceAll('localhost:3000', `localhost:${inkstream}`)
        .replaceAll('PORT=3001', `PORT=${provider}`)
        .replaceAll('9090', `${double}`);
    const started = inTerminal(block('npm start'), { PORT: `${inkstream}` });
    expect(await started.says(/"listening"/)).toMatch(
      /these providers do not run until their variables are set: .*acme \(ACME_API_KEY\)/,
    );
    const vendor = inTerminal(here(block('serve.ts')));
    await vendor.says(/double: http/);
    const acme = inTerminal(here(block('ocr-acme/src/main.ts')));
    await acme.says(/"listening"/);
    const url = `http://localhost:${inkstream}`;
    await waitFor(
      'acme in /providers',
      async () => (await fetch(`${url}/providers`)).text(),
      (text) => text.includes('"acme"'),
      { limitMs: LIMIT_MS },
    );
    expect((await inShell(here(block('curl')))).stdout).toMatch(/^\{"id":1\}/);
    const job = await waitFor(
      'the end of the job',
      async () => jobSchema.parse(await (await fetch(`${url}/ocr-jobs/1`)).json()),
      ({ status }) => status === 'completed' || status === 'failed',
      { limitMs: LIMIT_MS },
    );
    expect(JSON.parse(job.files[0]?.executions[0]?.ocrData ?? '{}').text).toContain('85.85');
  });

  it('stops nobody without its key, and ends the start if a variable is not valid', {
    timeout: LIMIT_MS,
  }, async () => {
    const wanted = inTerminal('exec npx node services/ocr-acme/src/main.ts');
    await expect(wanted.says(/ACME_API_KEY is set/)).resolves.toBe(
      'The provider acme does not run until ACME_API_KEY is set\n',
    );
    expect(await wanted.ended).toBe(78);
    const env = { PORT: '0', ACME_API_KEY: 'a key', ACME_BASE_URL: 'here' };
    const refused = inTerminal(block('npm start'), env);
    expect(await refused.says(/ACME_BASE_URL: must be a URL/)).toMatch(/ACME_API_KEY: must be a key/);
    expect(await refused.ended).toBe(78);
  });
});

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateDocument, generateReceipt } from '@inkstream/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Started, start, startCommand } from '../../start/start-command.ts';
import { createApi } from '../../support/api.ts';
import { freePort } from '../../support/free-port.ts';
import { waitFor } from '../../support/wait-for.ts';
import { codeIn } from '../page.ts';
import { openEmptyFolder, TERMINAL } from './empty-folder.ts';

const LIMIT_MS = 480_000;
const PAGE = fileURLToPath(new URL('../../../../docs/adding-a-provider.md', import.meta.url));
const MEASURING = ['measuring-engine.ts', 'measuring-service.ts'];

const [, section = ''] =
  /^## Outside this repository\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(readFileSync(PAGE, 'utf8')) ?? [];

/** The block of that section that has these words. */
function block(words: string, language = 'sh'): string {
  const found = codeIn(section, language).filter((code) => code.includes(words));
  expect(found, `blocks with ${words}`).toHaveLength(1);
  return found[0] ?? '';
}

describe('a provider outside of the repository, as docs/adding-a-provider.md says', () => {
  const outside = openEmptyFolder();
  const { folder, here, run } = outside;
  const dataDir = join(folder, 'data');
  let inkstream: Started | undefined;
  const api = createApi(() => inkstream?.url ?? '');
  const running: Started[] = [];
  afterEach(async () => {
    for (const one of running.splice(0)) await one.stop();
  });
  afterAll(async () => {
    await inkstream?.stop();
    outside.remove();
  }, LIMIT_MS);

  /** Runs a block until it says that it listens. */
  async function serve(code: string, env: Readonly<Record<string, string>> = {}): Promise<Started> {
    const command = ['sh', '-c', `exec env ${code.trim()} >&2`];
    const started = await start({ ...TERMINAL, ...env }, command, {
      cwd: folder,
      until: /"url":"([^"]+)"|double: ([^ ,]+)/,
    });
    running.push(started);
    expect(started.url, started.said.join('\n')).not.toBeNull();
    return started;
  }

  /** What a provider that has announced itself reads of a document. */
  async function reading(provider: string, bytes: Uint8Array) {
    const offered = async () => (await api.call('/providers')).text();
    await waitFor(`${provider} in /providers`, offered, (text) => text.includes(`"${provider}"`));
    const { files } = await api.finished(await api.upload([{ bytes: new Uint8Array(bytes), provider }]));
    const execution = files[0]?.executions[0];
    expect(execution).toMatchObject({ status: 'completed', ocrProvider: provider });
    return JSON.parse(execution?.ocrData ?? '{}');
  }

  beforeAll(async () => {
    const [pack = '', copy = ''] = block('pack:kit').trim().split('\n');
    for (const code of [pack, copy]) await run(here(code), 'repository');
    writeFileSync(join(folder, 'package.json'), block('"scripts"', 'json'));
    writeFileSync(join(folder, 'tsconfig.json'), block('"compilerOptions"', 'json'));
    for (const file of MEASURING)
      copyFileSync(fileURLToPath(new URL(file, import.meta.url)), join(folder, 'src', file));
    const [install = '', build = ''] = block('npm install').trim().split('\n');
    await run(`${install} --prefer-offline --no-audit --no-fund`);
    await run(build);
    inkstream = await startCommand(dataDir);
  }, LIMIT_MS);

  it('is compiled with types that hold without skipLibCheck, as bundlers resolve modules too', {
    timeout: LIMIT_MS,
  }, async () => {
    const wrong =
      "import { defineProvider } from '@inkstream/provider-kit';\nexport const x: number = defineProvider;";
    writeFileSync(join(folder, 'src/wrong.ts'), wrong);
    const said = await run('npx tsc --noEmit --module preserve --moduleResolution bundler || true');
    expect(said.trim().split('\n')[0]).toMatch(/^src\/wrong\.ts.*not assignable to type 'number'/);
    expect(said.match(/error TS/g)).toHaveLength(1);
  });

  it('is held to the contract of providers by the tests that new:provider made', {
    timeout: LIMIT_MS,
  }, async () => {
    const test = block('npm test').trim().split('\n').at(-1);
    // All of them run in the repository; these are of the service and of the vendor's answers.
    expect(await run(`${test} -- -t 'reads what is on|a 503|which model'`)).toMatch(/Tests .*\b3 passed/);
  });

  it('runs as a process beside Inkstream, and a client gets what it read', async () => {
    const port = `${await freePort()}`;
    await serve(block('serve.js').replace('9090', port));
    const acme = block('dist/main.js').replace('9090', port).replace('PORT=3001', 'PORT=0');
    await serve(acme.replace('../inkstream/data', dataDir));
    const { image, truth } = await generateReceipt({ seed: 11 });
    const { text, receipt } = await reading('acme', image);
    expect(text).toContain(truth.fields.total);
    expect(receipt.merchant.value).toBe(truth.fields.merchant);
  });

  it('computes in threads, from pages that a process decodes', async () => {
    await serve('node dist/measuring-service.js', {
      INKSTREAM_MODE: 'embedded',
      INKSTREAM_DATA_DIR: dataDir,
      PORT: '0',
    });
    const { image, truths } = await generateDocument([{ seed: 1 }, { seed: 2 }], 'pdf');
    const { pages } = await reading('measuring', image);
    expect(pages).toHaveLength(truths.length);
    for (const { width, height, lines } of pages)
      expect(lines).toEqual([expect.objectContaining({ text: `${width} x ${height}` })]);
  });
});

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generateReceipt } from '@inkstream/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../support/api.ts';
import { type Started, silence, start } from './start-command.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);

describe('the packed inkstream', () => {
  let folder: string;
  let installed: string;
  let launcher: string;

  /** As npm would install it without scripts, but that what it depends on is what is here: the network is not needed. */
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-package-'));
    const { stdout } = await run(process.execPath, [
      join(ROOT, 'deploy/package/src/main.ts'),
      '--out',
      folder,
    ]);
    installed = join(folder, 'node_modules/inkstream');
    await mkdir(installed, { recursive: true });
    await run('tar', ['xzf', stdout.trim(), '-C', installed, '--strip-components=1']);
    const { dependencies, bin } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
    for (const name of [...Object.keys(dependencies), 'node']) {
      await mkdir(dirname(join(folder, 'node_modules', name)), { recursive: true });
      await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    }
    launcher = join(installed, bin.inkstream);
  }, 400_000);
  afterAll(() => rm(folder, { recursive: true }));

  const running: Started[] = [];
  afterEach(async () => {
    for (const one of running.splice(0)) await one.stop('SIGKILL');
  });
  const serve = async (node: readonly string[] = []) => {
    const dataDir = await mkdtemp(join(folder, 'data-'));
    const command = [process.execPath, ...node, launcher, 'serve'];
    const started = await start({ INKSTREAM_DATA_DIR: dataDir }, command, { cwd: folder });
    running.push(started);
    return { ...started, dataDir };
  };

  /** Arguments that make Node take itself for another version. */
  const posingAs = async (version: string): Promise<string[]> => {
    const pose = join(folder, `node-${version}.cjs`);
    await writeFile(
      pose,
      `if (/inkstream\\.cjs$/.test(process.argv[1])) Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`,
    );
    return ['--require', pose];
  };

  it('reads a receipt, is backed up, and ends with 0 at SIGTERM with all its processes', async () => {
    const inkstream = await serve();
    const api = createApi(() => inkstream.url ?? '');
    const { image } = await generateReceipt({ seed: 11 });
    const bytes = new Uint8Array(image);
    const id = await api.upload(['paddle-ocr-local', 'tesseract'].map((provider) => ({ bytes, provider })));
    const { files } = await api.finished(id, { limitMs: 100_000 });
    for (const { executions } of files) expect(executions[0]?.status).toBe('completed');
    expect((await api.call('/docs')).status).toBe(200);
    const { stdout } = await run(process.execPath, [launcher, 'canary', '--once'], {
      env: { PATH: process.env.PATH, CANARY_URL: inkstream.url ?? '' },
    });
    expect(stdout).toMatch(/^passed after \d+\.\d s$/m);
    const looked = await run(process.execPath, [launcher, 'doctor', '--json'], {
      env: { PATH: process.env.PATH, PORT: new URL(inkstream.url ?? '').port },
      cwd: folder,
    });
    expect(JSON.parse(looked.stdout)).toMatchObject({ ok: true });
    expect(looked.stdout).toContain('Inkstream listens there already');
    expect(await inkstream.stop()).toBe(0);
    await silence(inkstream.url);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'on an older Node starts the Node 24 that is installed with it, which ends when the launcher gets %s',
    async (signal) => {
      const inkstream = await serve(await posingAs('20.19.0'));
      expect(inkstream.url).not.toBeNull();
      expect(await inkstream.stop(signal)).toBe(signal === 'SIGTERM' ? 0 : null);
      await silence(inkstream.url);
    },
  );

  it('says on a Node that is too old which one it needs, before anything else', async () => {
    const { url, said, stop } = await serve(await posingAs('18.20.4'));
    expect([url, await stop()]).toEqual([null, 1]);
    expect(said).toEqual([
      'Inkstream needs Node 20 or newer, and this is Node 18.20.4: see https://nodejs.org.',
    ]);
  });

  it('can be imported, with its types', async () => {
    const code = `
      import { inkstreamConfig, startInkstream, type Inkstream } from 'inkstream';
      export const start: (...args: Parameters<typeof startInkstream>) => Promise<Inkstream> = startInkstream;
      export const bad: number = inkstreamConfig;`;
    await writeFile(join(folder, 'use.mts'), code);
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const args = ['--noEmit', '--skipLibCheck', '--module', 'NodeNext', '--target', 'ES2024', 'use.mts'];
    const { stdout } = await run(process.execPath, [tsc, ...args], { cwd: folder }).catch((error) => error);
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringContaining("is not assignable to type 'number'"),
    ]);
  });
});

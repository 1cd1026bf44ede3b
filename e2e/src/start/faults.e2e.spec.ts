import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LAUNCHER, type Started, start, startCommand } from './start-command.ts';

const STACK = /^ +at |"stack"/m;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-faults-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** EX_CONFIG of sysexits.h: no start mends it before a variable is changed. */
const OF_VARIABLES = 78;

/** What it says before it ends by itself with this exit code. */
async function refusal(started: Started, code = 1): Promise<string> {
  expect(started.url).toBeNull();
  expect(await started.stop()).toBe(code);
  const said = started.said.join('\n');
  expect(said).not.toMatch(STACK);
  return said;
}

/** Root without its right to read and write everything, so that the rights of files bind it as they bind others. */
const BOUND = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'];
const bound = process.geteuid?.() === 0 ? BOUND : [];

describe('a start that fails says why in a sentence, and ends with 1, or with 78 for its variables', () => {
  it('if its port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const said = await refusal(await startCommand(join(folder, 'data'), { PORT: String(port) }));
    expect(said).toMatch(new RegExp(`Cannot listen at 127\\.0\\.0\\.1:${port}: another program uses it`));
    taken.close();
  });

  it('if its data folder is a file', async () => {
    await writeFile(join(folder, 'data'), '');
    const said = await refusal(await startCommand(join(folder, 'data')));
    expect(said).toBe(`INKSTREAM_DATA_DIR: ${folder}/data cannot be used: it is a file, not a folder`);
  });

  it('if what is in its data folder is no database', async () => {
    await mkdir(join(folder, 'data'));
    await writeFile(join(folder, 'data/format'), '2\n');
    await writeFile(join(folder, 'data/inkstream.db'), 'not SQLite '.repeat(1_000));
    const said = await refusal(await startCommand(join(folder, 'data')));
    expect(said).toMatch(/INKSTREAM_DATA_DIR: .*\/data cannot be used: file is not a database/);
  });

  it.each([
    ['read-only', 0o500],
    ['unreadable', 0o300],
  ])('if its data folder is %s', async (_, mode) => {
    const data = join(folder, 'data');
    await mkdir(data);
    await writeFile(join(data, 'lock.db'), '');
    await chmod(data, mode);
    const said = await refusal(await startCommand(data, {}, [], bound));
    expect(said).toBe(`INKSTREAM_DATA_DIR: ${data} cannot be used: this user may not read and write there`);
    await chmod(data, 0o700);
  });

  it('if its data folder is in a file system that makes no folders', async () => {
    const said = await refusal(await startCommand('/proc/inkstream'));
    expect(said).toMatch(/^INKSTREAM_DATA_DIR: \/proc\/inkstream cannot be used: /);
  });

  it('if it is asked for something that it does not know', async () => {
    const ask = (...args: string[]) =>
      start({}, [process.execPath, LAUNCHER, ...args]).then((it) => refusal(it));
    expect(await ask('serve', '--frob')).toMatch(/^There is no option --frob of inkstream serve\.$/m);
    expect(await ask('--frob')).toMatch(/^There is no option --frob\.$/m);
    expect(await ask('frob')).toMatch(/^There is no command frob\.$/m);
  });

  it('if a variable is misspelt', async () => {
    const started = await startCommand(join(folder, 'data'), { INKSTREAM_DATADIR: './other' });
    const said = await refusal(started, OF_VARIABLES);
    expect(said).toContain('INKSTREAM_DATADIR: there is no such variable; is INKSTREAM_DATA_DIR meant?');
  });

  it('if a service is not told whether it is one of many', async () => {
    const script = fileURLToPath(new URL('../../../services/query-api/src/main.ts', import.meta.url));
    const started = await start({}, [process.execPath, script], { cwd: folder });
    const said = await refusal(started, OF_VARIABLES);
    expect(said).toMatch(/INKSTREAM_MODE: is needed: distributed .*, or embedded /);
  });
});

it.each([
  [['--help'], /^inkstream serve --rebuild/m],
  [['serve', '--help'], /^inkstream serve --rebuild/m],
  [['serve', '-h'], /^inkstream serve --rebuild/m],
  [['--version'], /^\d+\.\d+\.\d+$/m],
] as const)('inkstream %s answers and starts nothing', async (args, answer) => {
  const { stdout } = await promisify(execFile)(process.execPath, [LAUNCHER, ...args]);
  expect(stdout).toMatch(answer);
});

it('a service says in a sentence, and not every time, which backend it waits for', async () => {
  const script = fileURLToPath(new URL('../../../services/query-api/src/main.ts', import.meta.url));
  const env = {
    INKSTREAM_MODE: 'distributed',
    EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false',
    KAFKA_BROKERS: '127.0.0.1:1',
    MONGODB_URL: 'mongodb://127.0.0.1:1/inkstream',
    MINIO_URL: 'http://127.0.0.1:1',
    MINIO_ACCESS_KEY: 'access',
    MINIO_SECRET_KEY: 'secret',
    INTERNAL_SECRET: 'secret of the services that are tested',
  };
  const until = /does not answer yet/;
  const { said, stop } = await start(env, [process.execPath, script], { cwd: folder, until });
  // Time for three more attempts at least.
  await sleep(5_000);
  await stop('SIGKILL');
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/The object store \(MINIO_URL\) does not answer yet.*ECONNREFUSED/);
  expect(said[0]).not.toMatch(STACK);
});

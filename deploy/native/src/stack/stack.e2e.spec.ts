import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { install } from '../install/install.ts';
import { identity } from './identity.ts';

await install('mongodb', console.log);

const main = new URL('../main.ts', import.meta.url).pathname;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-stack-'));
});
afterEach(async () => {
  await stack('down');
  await rm(folder, { recursive: true });
});

async function stack(...args: readonly string[]): Promise<{ code: number; output: string }> {
  const all = [main, ...args, '--state', join(folder, 'state'), '--data', join(folder, 'data')];
  const run = promisify(execFile)(process.execPath, all);
  return run.then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stdout, stderr }) => ({ code, output: stdout + stderr }),
  );
}
const pidsIn = (output: string): number[] =>
  [...output.matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid));

it('starts backends that outlive the command, says what runs, and ends them', async () => {
  const first = await stack('up', 'mongodb', 'eventstoredb');
  expect(first.code, first.output).toBe(0);
  const pids = pidsIn(first.output);
  expect(pids).toHaveLength(2);
  const variables = await readFile(join(folder, 'state', 'stack.env'), 'utf8');
  expect(variables).toMatch(
    /^MONGODB_URL=mongodb:\/\/127\.0\.0\.1:\d+\/inkstream\nEVENTSTORE_URL=esdb:.*\nINKSTREAM_WIRE_DOUBLES=mongodb,eventstoredb\n$/,
  );
  expect((await stack('env')).output).toBe(variables);

  const status = await stack('status');
  expect(pidsIn(status.output).toSorted()).toEqual(pids.toSorted());
  expect(status.output).toContain('kafka: down');
  expect(status.code).toBe(1);

  const again = await stack('up', 'mongodb');
  expect(pidsIn(again.output), 'it runs already').toEqual([]);

  await stack('down');
  expect(await Promise.all(pids.map(identity))).toEqual([undefined, undefined]);
  expect(existsSync(join(folder, 'state', 'stack.env'))).toBe(false);
});

it('leaves a process alone that has the id of one of ours by now', async () => {
  await mkdir(join(folder, 'state'));
  const mine = { kind: 'kafka', pid: process.pid, started: '1', env: {} };
  await writeFile(join(folder, 'state', 'stack.json'), JSON.stringify([mine]));
  expect((await stack('down')).output).toBe('');
});

it('says how it is used', async () => {
  expect(await stack('begin')).toMatchObject({
    code: 1,
    output: expect.stringContaining('up|down|status|env'),
  });
  expect((await stack('up', 'redis')).code).toBe(1);
});

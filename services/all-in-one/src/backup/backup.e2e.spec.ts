import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Job, jobListSchema, jobSchema } from '@inkstream/contracts';
import { readConfig, silentLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Inkstream, inkstreamConfig, startInkstream } from '../inkstream.ts';
import { wordsProvider, wordsUpload } from '../spec-support/words-provider.ts';

vi.setConfig({ testTimeout: 120_000 });

const LAUNCHER = fileURLToPath(new URL('../../bin/inkstream.cjs', import.meta.url));

let root: string;
let holding: boolean;
let running: Inkstream | undefined;
beforeEach(async () => {
  holding = true;
  root = await mkdtemp(join(tmpdir(), 'inkstream-backup-'));
});
afterEach(async () => {
  await stop();
  await rm(root, { recursive: true });
});

const dataDir = () => join(root, 'data');
const backups = () => join(root, 'backups');

async function start(): Promise<void> {
  const env = { INKSTREAM_DATA_DIR: dataDir(), PORT: '0' };
  const words = wordsProvider((text) => holding && text.includes('HELD'));
  running = await startInkstream(readConfig(inkstreamConfig, env), [words], silentLogger());
}
async function stop(): Promise<void> {
  await running?.close();
  running = undefined;
}

const call = (path: string, init: RequestInit = {}) => fetch(`${running?.url}/ocr-jobs${path}`, init);
async function upload(words: string): Promise<number> {
  const response = await vi.waitFor(async () => {
    const answer = await call('/upload', { method: 'POST', body: wordsUpload(words) });
    expect(answer.status).toBe(201);
    return answer;
  }, 20_000);
  return ((await response.json()) as { id: number }).id;
}
const jobOf = async (id: number): Promise<Job> => jobSchema.parse(await (await call(`/${id}`)).json());
const becomes = (id: number, status: Job['status']) =>
  vi.waitFor(async () => expect((await jobOf(id)).status).toBe(status), { timeout: 30_000, interval: 20 });
async function remove(id: number): Promise<void> {
  expect((await call(`/${id}?force=true`, { method: 'DELETE' })).status).toBe(200);
}
/** What is read of a job: its document, and the text of its result. */
async function contentOf(id: number): Promise<{ document: string; text: string }> {
  const document = await (await call(`/${id}/files/1`)).text();
  const { ocrData } = (await jobOf(id)).files[0]?.executions[0] ?? {};
  return { document, text: (JSON.parse(ocrData ?? '') as { text: string }).text };
}

/** Runs `inkstream` on the data folder: the lines that it prints, and what it complains of where it fails. */
function command(...args: string[]): Promise<{ code: number; lines: string[]; error: string }> {
  const env = { ...process.env, INKSTREAM_DATA_DIR: dataDir() };
  return new Promise((resolve) =>
    execFile(process.execPath, [LAUNCHER, ...args], { env }, (failure, stdout, error) =>
      resolve({ code: Number(failure?.code ?? 0), lines: stdout.split('\n').slice(0, -1), error }),
    ),
  );
}
async function backUp(...args: string[]): Promise<string> {
  const { code, lines, error } = await command('backup', '--to', backups(), ...args);
  expect(error).toBe('');
  expect(code).toBe(0);
  return lines[0]?.split(': ')[0] ?? '';
}
async function restore(snapshot: string): Promise<void> {
  const { code, error } = await command('restore', '--from', snapshot);
  expect(error).toBe('');
  expect(code).toBe(0);
}

/** Objects of nobody, so that much happens while a backup copies them. */
async function manyObjects(): Promise<void> {
  const folder = join(dataDir(), 'objects/jobs/nobody');
  await mkdir(folder);
  for (let n = 0; n < 1_000; n++) await writeFile(join(folder, String(n)), String(n));
}

/** Uploads, and deletes every third, until it is stopped; then says what was acknowledged. */
function changeAllTheTime() {
  let stopped = false;
  const deleted = new Set<number>();
  const kept = new Map<number, string>();
  const done = (async () => {
    for (let n = 0; !stopped; n++) {
      const id = await upload(`CHANGE ${n}`);
      kept.set(id, `CHANGE ${n}`);
      const oldest = kept.keys().next().value;
      if (n % 3 !== 0 || oldest === undefined) continue;
      kept.delete(oldest);
      deleted.add(oldest);
      await remove(oldest);
    }
  })();
  return {
    kept,
    deleted,
    async stop() {
      stopped = true;
      await done;
    },
  };
}

it('brings back every job that was acknowledged before the backup, with its bytes, though all is lost and it was made amid changes', async () => {
  await start();
  const before = new Map<number, string>();
  for (let n = 0; n < 20; n++) before.set(await upload(`BEFORE ${n}`), `BEFORE ${n}`);
  for (const id of before.keys()) await becomes(id, 'completed');
  const gone = await upload('GONE');
  await remove(gone);
  const held = await upload('HELD');
  await becomes(held, 'running');
  await manyObjects();

  const changes = changeAllTheTime();
  await sleep(500);
  const acknowledged = new Map([...before, ...changes.kept]);
  const snapshot = await backUp();
  await changes.stop();
  const later = await upload('LATER');
  await stop();
  await rm(dataDir(), { recursive: true });
  await restore(snapshot);

  // All bytes are there but of what was deleted since.
  const { lines } = await command('verify');
  const faults = lines.slice(0, -1).map((line) => Number(line.split('\t')[1]));
  expect([...changes.deleted]).toEqual(expect.arrayContaining(faults));

  holding = false;
  await start();
  const survivors = [...acknowledged].filter(([id]) => !changes.deleted.has(id));
  expect(survivors.length).toBeGreaterThanOrEqual(before.size);
  for (const [id, words] of survivors) {
    await becomes(id, 'completed');
    const { document, text } = await contentOf(id);
    expect(document).toContain(words);
    expect(text).toBe(words);
  }
  expect((await call(`/${gone}`)).status).toBe(404);
  // What was unfinished goes on by itself.
  await becomes(held, 'completed');
  // Lists are made anew from the events.
  const listed = async () => jobListSchema.parse(await (await call('?limit=100&sort=id:asc')).json()).data;
  await vi.waitFor(async () => {
    const ids = (await listed()).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([...survivors.map(([id]) => id), held]));
    expect(ids).not.toContain(gone);
  }, 20_000);
  // An id that was given since the backup may come again, and is then the job of that upload alone.
  const after = await upload('AFTER');
  expect(after).toBeLessThanOrEqual(later);
  await becomes(after, 'completed');
  expect((await contentOf(after)).text).toBe('AFTER');
});

it('takes no room again for what the backup before has, and each is whole without the others', async () => {
  await start();
  const first = await upload('FIRST');
  await becomes(first, 'completed');
  const one = await backUp();
  const second = await upload('SECOND');
  await becomes(second, 'completed');
  const two = await backUp('--keep', '1');
  expect(await readdir(backups())).toEqual([two.split('/').at(-1)]);
  expect(one).not.toBe(two);
  const third = await backUp();
  const files = async (folder: string) =>
    Promise.all(
      (await readdir(join(folder, 'objects'), { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).ino),
    );
  expect((await files(third)).toSorted()).toEqual((await files(two)).toSorted());
  await rm(two, { recursive: true });
  await stop();
  await rm(dataDir(), { recursive: true });
  await restore(third);
  expect((await command('verify')).lines).toEqual([
    expect.stringMatching(/^2 jobs, 4 objects read .*, 0 missing or damaged$/),
  ]);
});

it('replaces nothing while Inkstream runs, nothing by what is no backup, and keeps what was there', async () => {
  await start();
  await becomes(await upload('KEPT'), 'completed');
  const snapshot = await backUp();
  const lost = await upload('LOST');
  await becomes(lost, 'completed');
  expect((await command('restore', '--from', snapshot)).error).toContain('another process uses');
  await stop();
  const there = await readdir(dataDir());
  expect((await command('restore', '--from', root)).error).toContain('There is no backup in');
  expect(await readdir(dataDir())).toEqual(there);

  await restore(snapshot);
  const aside = (await readdir(dataDir())).find((name) => name.startsWith('before-restore-')) ?? '';
  expect(await readdir(join(dataDir(), aside))).toContain('inkstream.db');
  await start();
  expect((await call(`/${lost}`)).status).toBe(404);
  await stop();
  // The way back, should the backup have been the wrong one.
  for (const name of await readdir(join(dataDir(), aside)))
    await rename(join(dataDir(), aside, name), join(dataDir(), name));
  await start();
  expect((await contentOf(lost)).text).toBe('LOST');
});

it('makes no backup in the data folder, by whatever way that is named', async () => {
  await start();
  await stop();
  const link = join(root, 'elsewhere');
  await symlink(join(dataDir(), 'objects'), link);
  for (const to of [dataDir(), join(dataDir(), 'objects/jobs'), join(link, 'backups')]) {
    const { code, error } = await command('backup', '--to', to);
    expect([code, error]).toEqual([1, expect.stringContaining('is in the data folder')]);
  }
});

it('verify names what is missing and what has other bytes, and fails', async () => {
  await start();
  const ids = [await upload('MISSING'), await upload('DAMAGED')];
  for (const id of ids) await becomes(id, 'completed');
  const [missing, damaged] = await Promise.all(ids.map(async (id) => (await jobOf(id)).files[0]?.storageKey));
  await rm(join(dataDir(), 'objects', missing ?? ''));
  await writeFile(join(dataDir(), 'objects', damaged ?? ''), 'other');
  const { code, lines } = await command('verify');
  expect(code).toBe(1);
  expect(lines.slice(0, -1).toSorted()).toEqual([`damaged\t2\t${damaged}`, `missing\t1\t${missing}`]);
  expect(lines.at(-1)).toMatch(/^2 jobs, 3 objects read .*, 2 missing or damaged$/);
});

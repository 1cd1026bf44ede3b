import { mkdir, mkdtemp, rm, stat, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { backendKinds } from './backend-kind.ts';
import { brokerServes, listens } from './backends/probes.ts';
import { install } from './install/install.ts';
import { type NativeBackend, startBackend, startMongo } from './native-backend.ts';
import { freePort } from './process/free-port.ts';
import { count, insert } from './spec-support/mongo-wire.ts';
import { identity } from './stack/identity.ts';

// Before any test, since a first install takes longer than one may.
for (const kind of backendKinds) await install(kind, console.log);

let folder: string;
const started: NativeBackend[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-native-'));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((backend) => backend.kill()));
  await rm(folder, { recursive: true });
});
const kept = (backend: NativeBackend): NativeBackend => {
  started.push(backend);
  return backend;
};
const soon = () => AbortSignal.timeout(5000);
const limit = { timeout: 180_000 };

it.each(backendKinds)('%s comes back on the same port after a kill, and closes', limit, async (kind) => {
  const port = await freePort();
  const serves = () => (kind === 'kafka' ? brokerServes : listens)(port, soon()).catch(() => false);
  const backend = kept(await startBackend(kind, { folder, port }));
  const { pid, env } = backend;
  expect(Object.values(env)[0]).toContain(`127.0.0.1:${port}`);
  expect(await serves()).toBe(true);
  await backend.kill();
  expect(await serves()).toBe(false);
  await backend.restart();
  expect(await serves()).toBe(true);
  expect(backend.pid).not.toBe(pid);
  await backend.close();
  await backend.close();
  expect(await identity(backend.pid)).toBeUndefined();
});

it(
  'the MongoDB wire double keeps every write it answered, and no half of one, when it is killed',
  limit,
  async () => {
    const port = await freePort();
    const journal = join(folder, 'journal.bson');
    const backend = kept(await startMongo({ folder, port }));
    for (let id = 0; id < 20; id++) expect(await insert(port, id)).toBe(1);
    await backend.restart();
    expect(await count(port)).toBe(20);
    await backend.kill();
    await truncate(journal, (await stat(journal)).size - 5);
    await backend.restart();
    expect(await count(port)).toBe(19);
    expect(await insert(port, 19)).toBe(1);
    await backend.restart();
    expect(await count(port)).toBe(20);
  },
);

it('stops and goes on by signals, without waiting for an end', limit, async () => {
  const backend = kept(await startBackend('eventstoredb', { folder }));
  await backend.kill('SIGSTOP');
  await backend.kill('SIGCONT');
  expect(await identity(backend.pid)).toBeDefined();
});

it('says which port is taken', limit, async () => {
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  await expect(startBackend('mongodb', { folder, port })).rejects.toThrow(`mongodb cannot have port ${port}`);
  other.close();
});

it('says what a backend said that does not start', limit, async () => {
  await mkdir(join(folder, 'journal.bson'));
  await expect(startMongo({ folder })).rejects.toThrow(/ended at once: .*directory/s);
});

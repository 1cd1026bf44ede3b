import { mkdir, mkdtemp, rm, stat, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { engineKinds } from './engine-kind.ts';
import { brokerServes, listens } from './engines/probes.ts';
import { install } from './install/install.ts';
import { type NativeEngine, startEngine, startMongo } from './native-engine.ts';
import { freePort } from './process/free-port.ts';
import { count, insert } from './spec-support/mongo-wire.ts';
import { identity } from './stack/identity.ts';

// Before any test, since a first install takes longer than one may.
for (const kind of engineKinds) await install(kind, console.log);

let folder: string;
const started: NativeEngine[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-native-'));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((engine) => engine.kill()));
  await rm(folder, { recursive: true });
});
const kept = (engine: NativeEngine): NativeEngine => {
  started.push(engine);
  return engine;
};
const soon = () => AbortSignal.timeout(5000);
const limit = { timeout: 180_000 };

it.each(engineKinds)('%s comes back on the same port after a kill, and closes', limit, async (kind) => {
  const port = await freePort();
  const serves = () => (kind === 'kafka' ? brokerServes : listens)(port, soon()).catch(() => false);
  const engine = kept(await startEngine(kind, { folder, port }));
  const { pid, env } = engine;
  expect(Object.values(env)[0]).toContain(`127.0.0.1:${port}`);
  expect(await serves()).toBe(true);
  await engine.kill();
  expect(await serves()).toBe(false);
  await engine.restart();
  expect(await serves()).toBe(true);
  expect(engine.pid).not.toBe(pid);
  await engine.close();
  await engine.close();
  expect(await identity(engine.pid)).toBeUndefined();
});

it(
  'the MongoDB wire double keeps every write it answered, and no half of one, when it is killed',
  limit,
  async () => {
    const port = await freePort();
    const journal = join(folder, 'journal.bson');
    const engine = kept(await startMongo({ folder, port }));
    for (let id = 0; id < 20; id++) expect(await insert(port, id)).toBe(1);
    await engine.restart();
    expect(await count(port)).toBe(20);
    await engine.kill();
    await truncate(journal, (await stat(journal)).size - 5);
    await engine.restart();
    expect(await count(port)).toBe(19);
    expect(await insert(port, 19)).toBe(1);
    await engine.restart();
    expect(await count(port)).toBe(20);
  },
);

it('stops and goes on by signals, without waiting for an end', limit, async () => {
  const engine = kept(await startEngine('eventstoredb', { folder }));
  await engine.kill('SIGSTOP');
  await engine.kill('SIGCONT');
  expect(await identity(engine.pid)).toBeDefined();
});

it('says which port is taken', limit, async () => {
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  await expect(startEngine('mongodb', { folder, port })).rejects.toThrow(`mongodb cannot have port ${port}`);
  other.close();
});

it('says what an engine said that does not start', limit, async () => {
  await mkdir(join(folder, 'journal.bson'));
  await expect(startMongo({ folder })).rejects.toThrow(/ended at once: .*directory/s);
});

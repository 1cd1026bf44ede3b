import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createEventRelay } from '@inkstream/event-relay';
import { sweepOrphans } from '@inkstream/housekeeper';
import { createProjection } from '@inkstream/projection';
import { createProvider } from '@inkstream/provider-kit';
import { createQueryApi } from '@inkstream/query-api';
import {
  closeBackends,
  closeInOrder,
  listen,
  openBackends,
  readConfig,
  silentLogger,
} from '@inkstream/service-kit';
import { createUploadGateway } from '@inkstream/upload-gateway';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inkstreamConfig } from './inkstream.ts';
import { wordsProvider, wordsUpload } from './spec-support/words-provider.ts';

const command = (name: string) =>
  fileURLToPath(new URL(`../../../deploy/${name}/src/main.ts`, import.meta.url));
const log = silentLogger();

/** Whether documents that say HELD are read. */
let holding: boolean;
const words = wordsProvider((text) => holding && text.includes('HELD'));

let root: string;
let running: Awaited<ReturnType<typeof start>> | undefined;
beforeEach(async () => {
  holding = true;
  root = await mkdtemp(join(tmpdir(), 'inkstream-restore-'));
});
afterEach(async () => {
  await running?.close();
  await rm(root, { recursive: true });
});

const settings = (folder: 'log' | 'rest') =>
  ({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: join(root, folder) }) as const;

/** All services: the event store in a folder of its own, so that its backup is of another moment than the rest's. */
async function start() {
  const ofLog = await openBackends(settings('log'), log);
  const ofRest = await openBackends(settings('rest'), log);
  const backends = { ...ofRest, eventStore: ofLog.eventStore };
  const { eventStore, objects, bus, readModel } = backends;
  const config = readConfig(inkstreamConfig, settings('rest'));
  const relay = await createEventRelay({ eventStore, bus, log });
  const projection = await createProjection({ ...backends, log });
  const queryApi = await createQueryApi({ ...backends, log });
  const gateway = await createUploadGateway({ ...backends, reads: queryApi.app, log, config });
  const provider = await createProvider(words, { eventStore, bus, objects, log });
  const server = await listen(gateway.app, { host: '127.0.0.1', port: 0 });
  const get = async (path: string) => fetch(`${server.url}/ocr-jobs${path}`);
  const status = async (id: number) =>
    ((await (await get(`/${id}`)).json()) as { files?: { executions: { status: string }[] }[] }).files?.[0]
      ?.executions[0]?.status;
  const becomes = (id: number, wanted: string) =>
    vi.waitFor(async () => expect(await status(id)).toBe(wanted), { timeout: 30_000, interval: 50 });
  return {
    objects,
    readModel,
    get,
    status,
    becomes,
    rebuild: () => projection.rebuild(),
    async upload(name: string, until = 'completed') {
      const body = wordsUpload(name);
      const post = () => fetch(`${server.url}/ocr-jobs/upload`, { method: 'POST', body });
      const response = await vi.waitFor(async () => {
        const answer = await post();
        expect(answer.status).toBe(201);
        return answer;
      }, 20_000);
      const { id } = (await response.json()) as { id: number };
      await becomes(id, until);
      return id;
    },
    remove: async (id: number) =>
      expect((await fetch(`${server.url}/ocr-jobs/${id}`, { method: 'DELETE' })).status).toBe(200),
    keys: async () => (await Array.fromAsync(objects.list(''))).map(({ key }) => key).toSorted(),
    /** The sweep, as if all uploads were old. */
    sweep: () =>
      sweepOrphans(
        { eventStore, objects, orphanAgeMs: 0, mayAct: () => true },
        new Date(Date.now() + 60_000),
        AbortSignal.timeout(30_000),
      ),
    listed: () =>
      vi.waitFor(async () => {
        const { data } = (await (await get('')).json()) as { data: { id: number; name: string }[] };
        return data.map(({ id, name }) => `${id} ${name}`).toSorted();
      }, 10_000),
    async close() {
      running = undefined;
      await closeInOrder([
        queryApi,
        server,
        gateway,
        provider,
        relay,
        projection,
        { close: () => closeBackends(ofRest) },
        { close: () => closeBackends(ofLog) },
      ]);
    },
  };
}

/** Copies a store that is at rest. */
const backUp = (folder: 'log' | 'rest') =>
  cp(join(root, folder), join(root, `${folder}.backup`), { recursive: true });
async function restore(folder: 'log' | 'rest'): Promise<void> {
  await rm(join(root, folder), { recursive: true });
  await cp(join(root, `${folder}.backup`), join(root, folder), { recursive: true });
}

/** The lines that a command of `deploy` prints, on the engines in a folder. */
async function run(folder: 'log' | 'rest', name: string, ...args: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [command(name), ...args], {
    env: { ...process.env, ...settings(folder) },
  });
  return stdout.split('\n').filter((line) => line !== '');
}

/** What `npm run dead-letters -- list --reason event_lost` shows, as topic and key. */
const lost = async (): Promise<string[]> =>
  (await run('rest', 'dead-letters', 'list', '--reason', 'event_lost')).map((line) =>
    line.split('\t').slice(1, 3).join(' '),
  );

describe('an older event store beside newer objects, messages and documents', () => {
  it('shows nobody another’s content, erases nothing, and lists what was lost', async () => {
    running = await start();
    await running.upload('KEPT');
    const deleted = await running.upload('DELETED');
    await running.close();
    await backUp('log');

    running = await start();
    await running.remove(deleted);
    const alice = await running.upload('ALICE');
    await running.upload('HELD', 'running');
    const ofAlice = await running.keys();
    await running.close();
    await restore('log');

    running = await start();
    const { upload, get, keys, sweep, listed, rebuild } = running;
    const bob = await upload('BOB');
    // The documents of Alice's job had this id until then.
    expect(bob).toBe(alice);
    for (const path of [`/${bob}`, `/${bob}/history`, `/${bob}/files/1`]) {
      const answer = await (await get(path)).text();
      expect(answer, path).toContain('BOB');
      expect(answer, path).not.toContain('ALICE');
    }
    await sweep();
    expect(await keys()).toEqual(expect.arrayContaining(ofAlice));
    await vi.waitFor(async () => expect(await lost()).toEqual([expect.stringContaining('4/1')]), {
      timeout: 40_000,
      interval: 1_000,
    });
    expect(await rebuild()).toMatchObject({ failed: [] });
    expect(await listed()).toEqual(['1 KEPT.png', '2 DELETED.png', '3 BOB.png']);
    expect(await (await get('/1/files/1')).text()).toContain('KEPT');
    // Its bytes are gone for good, so it can only be deleted again.
    expect((await get(`/${deleted}/files/1`)).ok).toBe(false);
    await running.remove(deleted);
    expect(await keys()).toEqual(expect.arrayContaining(ofAlice));
  });

  it('reads what was unfinished at the backup, though its message was handled since, once it is requeued', async () => {
    running = await start();
    const held = await running.upload('HELD', 'running');
    await running.close();
    await backUp('log');
    holding = false;
    running = await start();
    await running.becomes(held, 'completed');
    await running.close();
    await restore('log');

    running = await start();
    await running.rebuild();
    await running.upload('LATER');
    expect(await running.status(held)).not.toBe('completed');
    await running.close();
    expect(await run('log', 'event-store', 'requeue')).toEqual([
      '1 executions have not ended: they are published again',
    ]);
    running = await start();
    await running.becomes(held, 'completed');
    expect(await (await running.get(`/${held}`)).text()).toContain('HELD');
  });

  it('shows nothing of the job that had an id, while documents are still those of that job', async () => {
    running = await start();
    await running.close();
    await backUp('log');
    running = await start();
    const alice = await running.upload('ALICE');
    await running.close();
    await restore('log');

    running = await start();
    expect((await running.get(`/${alice}`)).status).toBe(404);
    expect((await running.get(`/${alice}/files/1`)).status).toBe(404);
    const documents = await running.readModel.getJobs([alice]);
    // Bob's job is there, and the read model lags behind it: it is as it was.
    vi.spyOn(running.readModel, 'getJobs').mockResolvedValue(documents);
    const bob = await running.upload('BOB');
    expect(bob).toBe(alice);
    const answer = await (await running.get(`/${bob}`)).text();
    expect(answer).toContain('BOB');
    expect(answer).not.toContain('ALICE');
  });
});

describe('older objects, messages and documents beside a newer event store', () => {
  it('serve what is left of each job, bring no deleted job back, and sweep nothing that lives', async () => {
    running = await start();
    const kept = await running.upload('KEPT');
    const deleted = await running.upload('DELETED');
    await running.close();
    await backUp('rest');

    running = await start();
    await running.remove(deleted);
    const later = await running.upload('LATER');
    await running.close();
    await restore('rest');

    running = await start();
    const { get, keys, sweep, rebuild, listed, upload } = running;
    expect((await get(`/${deleted}`)).status).toBe(404);
    expect((await get(`/${deleted}/files/1`)).status).toBe(404);
    expect((await get(`/${later}/files/1`)).ok).toBe(false);
    // The relay notices that messages are lost and publishes them again, so the deletion is carried out again.
    await vi.waitFor(async () => expect(await keys()).toHaveLength(2), 30_000);
    await sweep();
    expect(await (await get(`/${kept}/files/1`)).text()).toContain('KEPT');
    expect(await upload('NEW')).toBe(later + 1);
    await rebuild();
    expect(await listed()).toEqual(['1 KEPT.png', '3 LATER.png', '4 NEW.png']);
    expect(await lost()).toEqual([]);
  });
});

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ocrResultSchema } from '@inkstream/contracts';
import { mulberry32 } from '@inkstream/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { createClient } from './client.ts';
import { documentOf } from './documents.ts';
import { startVictim, type Victim } from './victim.ts';

const KILLS = 30;
const SEED = 20_261_124;
const UPLOADERS = 4;

let dataDir: string;
let victim: Victim | undefined;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'inkstream-kill-'));
});
afterAll(async () => {
  await victim?.kill();
  await rm(dataDir, { recursive: true });
});

/** The uids of the jobs that objects are stored for. */
async function jobsWithObjects(): Promise<Set<string>> {
  const folder = join(dataDir, 'objects', 'jobs');
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile());
  return new Set(files.map(({ parentPath }) => relative(folder, parentPath).split(sep)[0] ?? ''));
}

it(`loses nothing and doubles nothing though it is killed ${KILLS} times under load`, {
  timeout: 240_000,
}, async () => {
  const random = mulberry32(SEED);
  const port = await freePort();
  const client = createClient(`http://127.0.0.1:${port}`);
  /** What each acknowledged job has to say, file by file. */
  const acknowledged = new Map<number, string[]>();
  let killing = true;

  /** Uploads until the killing ends; what has a key is repeated until it is acknowledged, as its clients do. */
  async function uploadOnAndOn(uploader: number): Promise<void> {
    for (let n = 0; killing; n++) {
      const name = `job ${uploader}/${n}`;
      const words = Array.from({ length: 1 + (n % 3) }, (_, file) => `${name} file ${file}`);
      const documents = words.map((word) => documentOf(word, Math.floor(random() * 100_000)));
      const key = n % 2 ? `${uploader}-${n}` : undefined;
      let id = await client.upload(name, documents, key);
      while (id === null && key) {
        await sleep(20);
        id = await client.upload(name, documents, key);
      }
      if (id === null) continue;
      expect(acknowledged.get(id), `job ${id} is acknowledged twice`).toBeUndefined();
      acknowledged.set(id, words);
      await sleep(20);
    }
  }

  victim = await startVictim(port, dataDir);
  const load = Array.from({ length: UPLOADERS }, (_, uploader) => uploadOnAndOn(uploader));
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(50 + random() * 500);
    await victim.kill();
    victim = await startVictim(port, dataDir);
  }
  killing = false;
  await Promise.all(load);

  await vi.waitFor(
    async () => {
      const jobs = await client.all();
      expect(jobs.filter(({ status }) => status !== 'completed')).toEqual([]);
      expect(jobs.length).toBeGreaterThanOrEqual(acknowledged.size);
    },
    { timeout: 240_000, interval: 200 },
  );

  const jobs = await client.all();
  for (const [id, words] of acknowledged) {
    const { files } = await client.job(id);
    const texts = files.map(
      ({ executions }) => ocrResultSchema.parse(JSON.parse(executions[0]?.ocrData ?? '')).text,
    );
    expect(texts, `job ${id}`).toEqual(words);
    expect(files.flatMap(({ executions }) => executions)).toHaveLength(words.length);
    const { data } = await client.history(id);
    expect(data.filter(({ type }) => type === 'ExecutionCompleted')).toHaveLength(words.length);
  }
  // An upload that died before its answer may stand or not; one with a key stands once.
  const keyed = jobs.map(({ name }) => name).filter((name) => Number(name.split('/')[1]) % 2);
  expect(new Set(keyed).size).toBe(keyed.length);
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(jobs.length);
  expect(acknowledged.size).toBeGreaterThan(KILLS);

  // What died halfway leaves bytes behind; the sweep of the next start takes them.
  await victim.stop();
  victim = await startVictim(port, dataDir, { ORPHAN_AGE_MS: '0' });
  const uids = new Set<string>();
  for (const { id } of jobs) uids.add((await client.job(id)).files[0]?.storageKey.split('/')[1] ?? '');
  await vi.waitFor(async () => expect(await jobsWithObjects()).toEqual(uids), 10_000);
  await victim.stop();
  console.log(`${KILLS} kills, ${acknowledged.size} acknowledged uploads, ${jobs.length} jobs`);
});

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { requestsTopic } from '@inkstream/contracts';
import { backend } from '@inkstream/testing/backends';
import { beforeAll, expect, it } from 'vitest';

const SETUP = fileURLToPath(new URL('setup.ts', import.meta.url));
const PROVIDER = `setup-${randomUUID().slice(0, 8)}`;

let env: Record<string, string>;
beforeAll(async () => {
  const kinds = ['eventstoredb', 'kafka', 'mongodb', 'minio'] as const;
  const all = await Promise.all(kinds.map((kind) => backend(kind)));
  env = { ...Object.assign({}, ...all.map((one) => one.env)), INKSTREAM_MODE: 'distributed' };
  env.MINIO_BUCKET = `setup-${randomUUID()}`;
}, 300_000);

/** How `inkstream setup` ends in an environment, and what it says. */
async function setUp(more: Readonly<Record<string, string>>) {
  const args = ['--disable-warning=ExperimentalWarning', SETUP];
  return promisify(execFile)(process.execPath, args, { env: { ...env, ...more } }).then(
    ({ stderr }) => ({ code: 0, said: stderr }),
    ({ code, stderr }) => ({ code, said: String(stderr) }),
  );
}

it('makes topics, bucket and indexes, and changes nothing if it is run again', async () => {
  const first = await setUp({ SETUP_PROVIDERS: PROVIDER, KAFKA_PARTITIONS: '3' });
  expect(first).toMatchObject({ code: 0, said: expect.stringContaining(requestsTopic(PROVIDER, 'bulk')) });
  expect(first.said).toContain('the bucket was made');
  const again = await setUp({ SETUP_PROVIDERS: PROVIDER, KAFKA_PARTITIONS: '3' });
  expect(again).toMatchObject({ code: 0, said: expect.not.stringContaining('the bucket was made') });
  // What it found it left: it tells how that differs from what was asked for now.
  expect(await setUp({ SETUP_PROVIDERS: PROVIDER, KAFKA_PARTITIONS: '5' })).toEqual({
    code: 1,
    said: expect.stringContaining(`Topic ${requestsTopic(PROVIDER)} has partitions 3 instead of 5`),
  });
});

it('ends with 1 and a sentence if a backend refuses it, with 78 if a variable is missing', async () => {
  // The wire double has no users, and says so.
  const admin = env.EVENTSTORE_URL?.replace('esdb://', 'esdb://admin:secret@') ?? '';
  const url = admin.replace('admin:secret', 'inkstream:other');
  const refused = await setUp({ EVENTSTORE_ADMIN_URL: admin, EVENTSTORE_URL: url });
  expect(refused).toEqual({ code: 1, said: expect.stringMatching(/EVENTSTORE_ADMIN_URL.*404/) });
  expect(refused.said).not.toContain('    at ');
  expect(await setUp({ KAFKA_BROKERS: '' })).toEqual({
    code: 78,
    said: expect.stringMatching(/KAFKA_BROKERS: is needed/),
  });
});

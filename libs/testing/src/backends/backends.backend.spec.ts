import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { backend, urlVariable } from './backend.ts';
import setup from './global-setup.ts';

const shared = await backend('mongodb');
afterEach(() => {
  vi.unstubAllEnvs();
});

const listens = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
const urlOf = ({ env }: typeof shared): string => env.MONGODB_URL ?? '';

describe(`backend, of this run: ${shared.from}`, () => {
  it('returns the same one to every spec, and it serves', async () => {
    expect(await Promise.all([backend('mongodb'), backend('mongodb')])).toEqual([shared, shared]);
    expect(await listens(urlOf(shared))).toBe(true);
  });

  it('prefers the one that the environment names', async () => {
    vi.stubEnv('MONGODB_URL', 'mongodb://elsewhere/inkstream');
    expect(await backend('mongodb')).toEqual({
      env: { MONGODB_URL: 'mongodb://elsewhere/inkstream' },
      from: 'environment',
    });
  });
});

describe('the backends of a run', () => {
  it('starts a backend at the first request and ends it at the end of the run', {
    timeout: 100_000,
  }, async () => {
    vi.stubEnv(urlVariable, '');
    vi.stubEnv('MONGODB_URL', '');
    const end = await setup();
    const [mine, again] = await Promise.all([backend('mongodb'), backend('mongodb')]);
    expect(again).toEqual(mine);
    expect(urlOf(mine)).not.toBe(urlOf(shared));
    expect(await listens(urlOf(mine))).toBe(true);
    await end();
    expect(await listens(urlOf(mine))).toBe(false);
  });

  it('fails with the reason if a backend cannot be had', async () => {
    const nowhere = await mkdtemp(join(tmpdir(), 'inkstream-backends-'));
    vi.stubEnv(urlVariable, '');
    vi.stubEnv('MINIO_URL', '');
    vi.stubEnv('PATH', nowhere);
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
    vi.stubEnv('INKSTREAM_BACKENDS_DIR', nowhere);
    const end = await setup();
    await expect(backend('minio')).rejects.toThrow(/No backend minio: MinIO needs `go`/);
    await end();
    await rm(nowhere, { recursive: true });
  });

  it('names the way out if specs run without it', async () => {
    vi.stubEnv(urlVariable, '');
    vi.stubEnv('KAFKA_BROKERS', '');
    await expect(backend('kafka')).rejects.toThrow(/npm run stack/);
  });
});

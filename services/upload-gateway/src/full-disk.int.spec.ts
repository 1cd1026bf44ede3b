import { mountSmallDisk } from '@inkstream/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createdId, form, jpeg, upload } from './spec-support/documents.ts';
import { uidOf } from './spec-support/jobs.ts';
import { type StartedGateway, startGateway } from './spec-support/start-gateway.ts';

const MIB = 1024 * 1024;
/** What puts leave to the databases. */
const RESERVED = 64 * MIB;

const disk = await mountSmallDisk(80);
afterAll(() => disk?.close());

// Without the right to mount, the adapters' own specs still show what each does without room.
describe.runIf(disk)('the gateway on a disk that is full', () => {
  let gateway: StartedGateway;
  beforeEach(async () => {
    vi.stubEnv('TMPDIR', disk?.folder);
    gateway = await startGateway();
    vi.unstubAllEnvs();
  });
  afterEach(async () => {
    await disk?.free();
    await gateway.close();
  });

  const send = (bytes = 2_000) => upload(gateway.url, form([{ bytes: jpeg(bytes) }]));
  const remove = (id: number) => fetch(`${gateway.url}/ocr-jobs/${id}`, { method: 'DELETE' });
  const ready = async () => {
    const response = await fetch(`${gateway.url}/health/ready`);
    const { dependencies } = (await response.json()) as { dependencies: Record<string, string> };
    return { status: response.status, dependencies };
  };
  const refusal = {
    statusCode: 507,
    message: 'Insufficient Storage',
    details: expect.stringContaining('disk'),
  };

  it('answers 507, says which store is full, deletes, and goes on once there is room', async () => {
    const [first, second] = [await createdId(await send()), await createdId(await send())];
    await disk?.fill(RESERVED - MIB);
    const refused = await send();
    expect([refused.status, await refused.json()]).toEqual([507, refusal]);
    expect(refused.headers.get('retry-after')).toBe('60');
    const dependencies = { eventStore: 'ok', bus: 'ok', objects: 'full' };
    expect(await ready()).toEqual({ status: 503, dependencies });

    expect((await remove(first)).status).toBe(200);
    const left = [`jobs/${await uidOf(gateway, second)}/files/1`];
    await expect.poll(() => gateway.keys(), { timeout: 10_000 }).toEqual(left);

    await disk?.free();
    expect((await ready()).status).toBe(200);
    expect((await send()).status).toBe(201);
  });

  it('answers 507 to an upload that fills the disk, and leaves nothing of it', async () => {
    await disk?.fill(RESERVED + 2 * MIB);
    const big = await upload(gateway.url, form(Array.from({ length: 4 }, () => ({ bytes: jpeg(24 * MIB) }))));
    expect([big.status, await big.json()]).toEqual([507, refusal]);
    await expect.poll(() => gateway.keys()).toEqual([]);
    expect((await send()).status).toBe(201);
  });

  it('keeps what was accepted and loses no store, though others fill the disk to its last byte', async () => {
    const id = await createdId(await send());
    await disk?.fill();
    const refused = await send();
    const details = expect.stringContaining('jobs cannot be deleted either');
    expect([refused.status, await refused.json()]).toEqual([507, { ...refusal, details }]);
    expect(await ready()).toEqual({
      status: 503,
      dependencies: { eventStore: 'full', bus: 'full', objects: 'full' },
    });
    expect([200, 507]).toContain((await remove(id)).status);

    await disk?.free();
    expect((await send()).status).toBe(201);
    expect((await remove(id)).status).toBe(200);
    expect((await ready()).status).toBe(200);
  });
});

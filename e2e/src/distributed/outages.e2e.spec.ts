import { setTimeout as sleep } from 'node:timers/promises';
import { createdJobSchema, ocrResultSchema } from '@inkstream/contracts';
import type { BackendKind } from '@inkstream/native-stack';
import { beforeAll, describe, expect, it } from 'vitest';
import { exactly, expectError } from '../support/api.ts';
import { echo, useCluster } from '../support/distributed/use-cluster.ts';
import { waitFor } from '../support/wait-for.ts';
import { backUpAll } from './loss-of-all.ts';
import { submitJob } from './seeded-jobs.ts';
import { faultsOf, smallUpload } from './steady-uploads.ts';

/** How long each backend is down at least, ms. `OUTAGE_SECONDS=60` for a longer look. */
const DOWN_MS = 1_000 * Number(process.env.OUTAGE_SECONDS ?? 3);
const RECOVERY_LIMIT_MS = 60_000;
const UNDER_WAY = 10;
/** Announcements count for 30 s, and come every 5. */
const EXPIRED_LIMIT_MS = 45_000;
/** Above all ids that uploads get. */
const UNREAD = 1_000_000;

const used = useCluster({ ownBackends: true, providers: { echo: echo({ delayMs: 200 }) } });
const { api } = used;
/** A job that was done before anything was down, and what is read in it. */
const known = { id: 0, text: '' };
let uploads = 0;

/** What each job must be read as, once all is well again. */
type Acknowledged = Map<number, string>;

async function upload(acknowledged: Acknowledged): Promise<number> {
  const { form, text } = smallUpload(`upload ${++uploads}`);
  const response = await api.post(form);
  expect(response.status).toBe(201);
  const { id } = await exactly(createdJobSchema, response);
  acknowledged.set(id, text);
  return id;
}

/** An answer that says to come again. */
async function expectUnavailable(request: Promise<Response>): Promise<void> {
  const response = await request;
  expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
  await expectError(response, 503, /try again/);
}

async function expectKnown(): Promise<void> {
  const { status, files } = await api.job(known.id);
  expect(status).toBe('completed');
  expect(ocrResultSchema.parse(JSON.parse(files[0]?.executions[0]?.ocrData ?? '')).text).toBe(known.text);
}

const expectListed = async () => expect((await api.list('?sort=id:asc')).data[0]?.id).toBe(known.id);
const providers = async () => (await (await api.call('/providers')).json()) as { name: string }[];

interface Outage {
  kill(): Promise<unknown>;
  restart(): Promise<void>;
  /** What clients see; what is acknowledged then must be read like all else. */
  meanwhile(acknowledged: Acknowledged): Promise<void>;
}

/** Uploads that are under way when something is killed, what clients see then, and that all of it recovers. */
async function outage({ kill, restart, meanwhile }: Outage): Promise<void> {
  const acknowledged: Acknowledged = new Map();
  await Promise.all(Array.from({ length: UNDER_WAY }, () => upload(acknowledged)));
  await kill();
  const upAgainAt = performance.now() + DOWN_MS;
  await meanwhile(acknowledged);
  await sleep(Math.max(0, upAgainAt - performance.now()));
  await restart();
  const restartedAt = performance.now();
  const soon = { limitMs: RECOVERY_LIMIT_MS, everyMs: 100 };
  const after = smallUpload(`upload ${++uploads}`);
  const answer = () => api.post(after.form, { 'idempotency-key': `after-${uploads}` }).catch(() => null);
  const created = await waitFor(
    'an upload to be taken',
    answer,
    (response) => response?.status === 201,
    soon,
  );
  if (created) acknowledged.set((await exactly(createdJobSchema, created)).id, after.text);
  expect(await faultsOf(api, used.service('upload-gateway').url, acknowledged)).toEqual({});
  for (const { url } of used.cluster.services)
    await waitFor(`${url} to be ready`, async () => (await fetch(`${url}/health/ready`)).ok, Boolean, soon);
  await waitFor(
    'all to be listed as done',
    async () => (await api.list('?status=completed')).pagination.total,
    (total) => total >= acknowledged.size,
    soon,
  );
  await expectKnown();
  console.log(`recovered ${(performance.now() - restartedAt).toFixed(0)} ms after the restart`);
}

const backendOutage = (kind: BackendKind, meanwhile: Outage['meanwhile']) =>
  outage({ kill: () => used.backend(kind).kill(), restart: () => used.backend(kind).restart(), meanwhile });

beforeAll(async () => {
  const acknowledged: Acknowledged = new Map();
  known.id = await upload(acknowledged);
  known.text = acknowledged.get(known.id) ?? '';
  await api.finished(known.id);
  await waitFor(
    'it to be listed',
    () => api.list(),
    ({ data }) => data[0]?.status === 'completed',
  );
  await submitJob(used.stores.eventStore, UNREAD, 'unread');
});

describe('while it is down', () => {
  it('EventStoreDB: uploads are told to come again, jobs are served as the read model has them', async () => {
    const again = smallUpload('again');
    const send = () => api.post(again.form, { 'idempotency-key': 'again' });
    await backendOutage('eventstoredb', async () => {
      await expectUnavailable(send());
      await expectUnavailable(api.remove(`/ocr-jobs/${known.id}`));
      await expectUnavailable(api.requestExecution(known.id, 1, 'echo'));
      await expectKnown();
      await expectListed();
      await expectUnavailable(api.call('/ocr-jobs/999999'));
    });
    // Whatever became of the first try, there is one job.
    const { id } = await exactly(createdJobSchema, await send());
    expect(await faultsOf(api, used.service('upload-gateway').url, new Map([[id, again.text]]))).toEqual({});
    const named = async () => (await api.list('?search=again')).pagination.total;
    expect(await waitFor('it to be listed', named, (total) => total > 0)).toBe(1);
  });

  it('Kafka: uploads are acknowledged and read once it is back, providers stay listed', () =>
    backendOutage('kafka', async (acknowledged) => {
      const id = await upload(acknowledged);
      expect((await api.job(id)).status).toBe('pending');
      await expectKnown();
      await expectListed();
      await sleep(DOWN_MS);
      expect((await providers()).map(({ name }) => name)).toEqual(['echo']);
      await upload(acknowledged);
    }));

  it('MongoDB: lists are told to come again, uploads are read and jobs served from their streams', () =>
    backendOutage('mongodb', async (acknowledged) => {
      await expectUnavailable(api.call('/ocr-jobs'));
      await expectKnown();
      const id = await upload(acknowledged);
      expect((await api.finished(id)).status).toBe('completed');
      await expectError(await api.call('/ocr-jobs/999999'), 404);
    }));

  it('MinIO: uploads and results are told to come again, lists and jobs without results are served', () =>
    backendOutage('minio', async () => {
      await expectUnavailable(api.post(smallUpload('refused').form));
      await expectUnavailable(api.call(`/ocr-jobs/${known.id}`));
      await expectUnavailable(api.call(`/ocr-jobs/${known.id}/files/1`));
      await expectListed();
      expect((await api.job(UNREAD)).status).toBe('pending');
    }));

  it('a provider: uploads are acknowledged until its announcement expires, and read once it is back', () =>
    outage({
      kill: () => used.service('echo').end('SIGKILL'),
      restart: () => used.service('echo').start(),
      async meanwhile(acknowledged) {
        const id = await upload(acknowledged);
        await waitFor('the announcement to expire', providers, ({ length }) => length === 0, {
          limitMs: EXPIRED_LIMIT_MS,
          everyMs: 250,
        });
        await expectError(await api.post(smallUpload('refused').form), 400, /'echo' is not available/);
        expect((await api.job(id)).status).toBe('pending');
        await expectKnown();
      },
    }));
});

it('after every store and the broker were lost, a backup brings back all that was acknowledged before it', async () => {
  const acknowledged: Acknowledged = new Map();
  const uploads = (count: number) => Promise.all(Array.from({ length: count }, () => upload(acknowledged)));
  await uploads(UNDER_WAY);
  const gone = await upload(new Map());
  expect((await api.remove(`/ocr-jobs/${gone}?force=true`)).status).toBe(200);
  const backup = await backUpAll(used);
  const later = await upload(new Map());
  await backup.restoreAfterLoss();
  expect(await faultsOf(api, used.service('upload-gateway').url, acknowledged)).toEqual({});
  await expectKnown();
  for (const id of [gone, later]) expect(await api.findJob(id)).toBeNull();
  // Lists are made anew from the events.
  const listed = async () => (await api.list('?limit=100')).data.map(({ id }) => id);
  await waitFor('all to be listed', listed, (ids) =>
    [...acknowledged.keys()].every((id) => ids.includes(id)),
  );
  expect(await listed()).not.toContain(gone);
  // Of which no bytes were ever stored.
  expect(await backup.missing()).toEqual([UNREAD]);
  await uploads(1);
  expect(await faultsOf(api, used.service('upload-gateway').url, acknowledged)).toEqual({});
  await backup.remove();
}, 600_000);

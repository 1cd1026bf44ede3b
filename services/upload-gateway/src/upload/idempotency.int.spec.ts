import { text } from 'node:stream/consumers';
import { begunUploads, isOrphaned } from '@inkstream/job-store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createdId, form, jpeg, pdf, upload } from '../spec-support/documents.ts';
import { type AppendFault, faultyAppends, override } from '../spec-support/faulty.ts';
import { keysOf, uidOf } from '../spec-support/jobs.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';
import { claimKey } from './idempotency.ts';
import { submitUpload } from './submit.ts';

const UID = '0193b3c0-0000-7000-8000-000000000000';
let fault: AppendFault = 'none';
/** What the next put of a file waits for, and is told when it has begun. */
let slowPut: { readonly began: () => void; readonly goOn: Promise<void> } | undefined;
let gateway: StartedGateway;
beforeEach(async () => {
  fault = 'none';
  gateway = await startGateway({
    backends: ({ eventStore, objects }) => ({
      eventStore: faultyAppends(eventStore, () => fault),
      objects: override(objects, {
        async put(...args) {
          const slow = slowPut;
          slowPut = undefined;
          slow?.began();
          await slow?.goOn;
          return objects.put(...args);
        },
      }),
    }),
  });
});
afterEach(() => gateway.close());

const lunch = () => form([{ name: 'a.jpg' }, { name: 'b.pdf', bytes: pdf() }], { jobName: 'Lunch' });
const send = (key: string, body = lunch()) => upload(gateway.url, body, { 'idempotency-key': key });
const twoFilesOf = async (id: number) => {
  const uid = await uidOf(gateway, id);
  return [`jobs/${uid}/files/1`, `jobs/${uid}/files/2`];
};
const remove = async (path: string) => {
  const response = await fetch(`${gateway.url}/ocr-jobs/${path}?force=true`, { method: 'DELETE' });
  expect(response.status).toBe(200);
};
/** A repeat that has begun to store its first file, and goes on when it is told. */
async function slowly(key: string) {
  const began = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  slowPut = { began: began.resolve, goOn: goOn.promise };
  const response = send(key);
  await began.promise;
  return { goOn: goOn.resolve, response };
}
const jobs = async () => {
  const found: string[] = [];
  for (let id = 1; id <= 30; id++)
    for await (const { stream, type } of gateway.eventStore.read(`ocrJob-${id}`))
      if (type === 'JobSubmitted') found.push(stream);
  return found;
};

describe('an upload repeated under its idempotency key', () => {
  test('is the same job, and its own files are removed again', async () => {
    const first = await createdId(await send('k'));
    const repeat = await send('k');
    expect(repeat.status).toBe(201);
    expect(repeat.headers.get('location')).toBe(`/ocr-jobs/${first}`);
    expect(await createdId(repeat)).toBe(first);
    expect(await jobs()).toEqual([`ocrJob-${first}`]);
    expect(await gateway.keys()).toEqual(await twoFilesOf(first));
  });

  test('is one job, however many come at once', async () => {
    const responses = await Promise.all(Array.from({ length: 8 }, () => send('k')));
    expect(responses.map(({ status }) => status)).toEqual(Array(8).fill(201));
    const ids = new Set(await Promise.all(responses.map(createdId)));
    expect(ids.size).toBe(1);
    const [id] = ids;
    expect(await jobs()).toEqual([`ocrJob-${id}`]);
    expect(await gateway.keys()).toEqual(await twoFilesOf(Number(id)));
  });

  test('is refused with 422 if it is another upload, which leaves nothing behind', async () => {
    const first = await createdId(await send('k'));
    const before = await gateway.keys();
    for (const other of [
      form([{}]),
      form(
        [
          { name: 'a.jpg', bytes: jpeg(3_000) },
          { name: 'b.pdf', bytes: pdf() },
        ],
        { jobName: 'Lunch' },
      ),
    ]) {
      const refused = await send('k', other);
      expect(refused.status).toBe(422);
      expect(await refused.json()).toMatchObject({
        statusCode: 422,
        details: expect.stringContaining('Idempotency-Key'),
      });
    }
    expect(await gateway.keys()).toEqual(before);
    expect(await jobs()).toEqual([`ocrJob-${first}`]);
  });

  test('under another key is another job', async () => {
    expect(await createdId(await send('k'))).not.toBe(await createdId(await send('l')));
  });
});

describe('a key whose job is deleted', () => {
  test('is answered with 410, and the repeat leaves nothing behind', async () => {
    await remove(`${await createdId(await send('k'))}`);
    const repeat = await send('k');
    expect(repeat.status).toBe(410);
    expect(await repeat.json()).toMatchObject({ statusCode: 410, message: 'Gone' });
    expect(await gateway.keys()).toEqual([]);
    expect((await send('l')).status).toBe(201);
  });

  test('brings no byte back by a repeat that was slower than the deletion', async () => {
    fault = 'not_appended';
    expect((await send('k')).status).toBe(503);
    fault = 'none';
    const ofTheFirst = await gateway.keys();
    const slow = await slowly('k');
    const id = await createdId(await send('k'));
    await remove(`${id}`);
    slow.goOn();
    expect((await slow.response).status).toBe(410);
    expect(await keysOf(gateway, id)).toEqual([]);
    expect(await gateway.keys()).toEqual(ofTheFirst);
  });

  test('brings no byte of a deleted file back either, and is the job still', async () => {
    fault = 'not_appended';
    expect((await send('k')).status).toBe(503);
    fault = 'none';
    const ofTheFirst = await gateway.keys();
    const slow = await slowly('k');
    const id = await createdId(await send('k'));
    await remove(`${id}/files/1`);
    slow.goOn();
    expect(await createdId(await slow.response)).toBe(id);
    expect(await keysOf(gateway, id)).toEqual(['files/2']);
    const kept = `jobs/${await uidOf(gateway, id)}/files/2`;
    expect(await gateway.keys()).toEqual([...ofTheFirst, kept].toSorted());
  });
});

test('a key belongs to its tenant: the same one of another tenant stands for another upload', async () => {
  const claim = (tenant: string, jobId: number) =>
    claimKey(gateway.eventStore, { tenant, key: 'k' }, { jobId, uid: UID, fingerprint: 'f' });
  expect((await claim('a', 101)).jobId).toBe(101);
  expect((await claim('b', 102)).jobId).toBe(102);
  expect((await claim('a', 103)).jobId).toBe(101);
});

test('a job that has the id of an upload, since it was given twice, is never shown to its client', async () => {
  const stranger = await createdId(await send('k'));
  // An older log was restored under a running gateway, which has an id from before.
  const [begun] = await Array.fromAsync(begunUploads(gateway.eventStore));
  let discarded = 0;
  const form = { jobName: 'Mine', priority: undefined, files: [] };
  const file = {
    name: 'x',
    bytes: 1,
    sha256: '0'.repeat(64),
    mimeType: 'image/png',
    storageKey: 'jobs/x/files/1',
    providers: ['fake'],
    pages: undefined,
    password: undefined,
  };
  for (const key of [null, 'l']) {
    const discard = async () => {
      discarded++;
    };
    const submitted = submitUpload(
      gateway.eventStore,
      {
        ...{ jobId: stranger, uid: UID, form: { ...form, files: [file] } },
        ...{ auto: undefined, reuseHours: 0, keepPassword: async () => [], discard },
      },
      { tenant: 'default', actor: 'a', requestId: 'r' },
      key,
    );
    await expect(submitted).rejects.toMatchObject({ statusCode: 503 });
  }
  expect(discarded).toBe(2);
  expect(await uidOf(gateway, stranger)).toBe(begun?.uid);
});

describe('an upload whose first request broke off', () => {
  test('between claim and job is completed by its repeat, for the claimed id', async () => {
    fault = 'not_appended';
    expect((await send('k')).status).toBe(503);
    expect(await jobs()).toEqual([]);
    const [begun] = await Array.fromAsync(begunUploads(gateway.eventStore));

    fault = 'none';
    const id = await createdId(await send('k'));
    expect(id).toBe(1);
    expect(await jobs()).toEqual(['ocrJob-1']);
    const keys = await twoFilesOf(1);
    expect(await gateway.keys()).toEqual(expect.arrayContaining(keys));
    const submitted = await Array.fromAsync(gateway.eventStore.read('ocrJob-1', { limit: 1 }));
    expect(submitted[0]?.data.files).toMatchObject(keys.map((storageKey) => ({ storageKey })));
    expect(await text(await gateway.objects.get(keys[1] ?? ''))).toContain('%PDF');
    // Each request had files of its own; those of the first one are nobody's.
    const uploads = await Array.fromAsync(begunUploads(gateway.eventStore));
    expect(uploads).toHaveLength(2);
    for (const one of uploads) expect(await isOrphaned(gateway.eventStore, one)).toBe(one.uid === begun?.uid);
    expect(await uidOf(gateway, 1)).not.toBe(begun?.uid);
  });

  test('is completed by one of many repeats at once, whose files it has', async () => {
    fault = 'not_appended';
    expect((await send('k')).status).toBe(503);
    fault = 'none';
    const repeats = await Promise.all(Array.from({ length: 6 }, () => send('k')));
    expect(await Promise.all(repeats.map(createdId))).toEqual(Array(6).fill(1));
    expect(await keysOf(gateway, 1)).toEqual(['files/1', 'files/2']);
    const left = new Set((await gateway.keys()).map((key) => key.split('/')[1]));
    // The first request's, whose fate it did not know, and the job's.
    expect(left.size).toBe(2);
  });

  test('after its job was written is that job', async () => {
    fault = 'appended_unanswered';
    expect((await send('k')).status).toBe(503);
    fault = 'none';
    expect(await createdId(await send('k'))).toBe(1);
    expect(await jobs()).toEqual(['ocrJob-1']);
  });

  test('in the middle of its body is made by its repeat', async () => {
    const broken = form([{}], { ocrProvider_0: 'invalid' });
    expect((await send('k', broken)).status).toBe(400);
    expect((await send('k')).status).toBe(201);
  });
});

test('an upload whose append has no known outcome is answered with 503, and its files stay', async () => {
  fault = 'appended_unanswered';
  const response = await upload(gateway.url, form([{}]));
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
  expect(await response.json()).toMatchObject({ statusCode: 503, message: 'Service Unavailable' });
  expect(await gateway.keys()).toEqual([`jobs/${await uidOf(gateway, 1)}/files/1`]);
  expect(await jobs()).toEqual(['ocrJob-1']);
});

test.each(['x'.repeat(256), 'a b'])('the key %s is refused with 400 before a byte is read', async (key) => {
  expect((await send(key)).status).toBe(400);
  expect(await gateway.keys()).toEqual([]);
});

import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createdId, form, jpeg, pdf, upload } from '../spec-support/documents.ts';
import { type AppendFault, faultyAppends } from '../spec-support/faulty.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

let fault: AppendFault = 'none';
let gateway: StartedGateway;
beforeEach(async () => {
  fault = 'none';
  gateway = await startGateway({
    engines: ({ eventStore }) => ({ eventStore: faultyAppends(eventStore, () => fault) }),
  });
});
afterEach(() => gateway.close());

const lunch = () => form([{ name: 'a.jpg' }, { name: 'b.pdf', bytes: pdf() }], { jobName: 'Lunch' });
const send = (key: string, body = lunch()) => upload(gateway.url, body, { 'idempotency-key': key });
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
    expect(await gateway.keys()).toEqual([`jobs/${first}/files/1`, `jobs/${first}/files/2`]);
  });

  test('is one job, however many come at once', async () => {
    const responses = await Promise.all(Array.from({ length: 8 }, () => send('k')));
    expect(responses.map(({ status }) => status)).toEqual(Array(8).fill(201));
    const ids = new Set(await Promise.all(responses.map(createdId)));
    expect(ids.size).toBe(1);
    const [id] = ids;
    expect(await jobs()).toEqual([`ocrJob-${id}`]);
    expect(await gateway.keys()).toEqual([`jobs/${id}/files/1`, `jobs/${id}/files/2`]);
  });

  test('is refused with 422 where it is another upload, which leaves nothing behind', async () => {
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

describe('an upload whose first request broke off', () => {
  test('between claim and job is completed by its repeat, for the claimed id', async () => {
    fault = 'not_appended';
    expect((await send('k')).status).toBe(503);
    expect(await jobs()).toEqual([]);
    await gateway.objects.deletePrefix('jobs/1/');

    fault = 'none';
    const id = await createdId(await send('k'));
    expect(id).toBe(1);
    expect(await jobs()).toEqual(['ocrJob-1']);
    expect(await gateway.keys()).toEqual(['jobs/1/files/1', 'jobs/1/files/2']);
    const submitted = await Array.fromAsync(gateway.eventStore.read('ocrJob-1', { limit: 1 }));
    expect(submitted[0]?.data.files).toMatchObject([
      { storageKey: 'jobs/1/files/1' },
      { storageKey: 'jobs/1/files/2' },
    ]);
    expect(await text(await gateway.objects.get('jobs/1/files/2'))).toContain('%PDF');
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
  expect(await gateway.keys()).toEqual(['jobs/1/files/1']);
  expect(await jobs()).toEqual(['ocrJob-1']);
});

test.each(['x'.repeat(256), 'a b'])('the key %s is refused with 400 before a byte is read', async (key) => {
  expect((await send(key)).status).toBe(400);
  expect(await gateway.keys()).toEqual([]);
});

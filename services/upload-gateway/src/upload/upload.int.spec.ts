import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { jobStream } from '@inkstream/domain';
import type { JsonObject } from '@inkstream/event-store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createdId, form, jpeg, pdf, upload, uploaded } from '../spec-support/documents.ts';
import { uidOf } from '../spec-support/jobs.ts';
import { provider } from '../spec-support/provider.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

let gateway: StartedGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const eventsOf = (id: number) => Array.fromAsync(gateway.eventStore.read(jobStream(id)));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('an upload', () => {
  test('answers 201 with a small integer id and its location', async () => {
    const response = await upload(gateway.url, form([{}]));
    const id = await createdId(response);
    expect(response.status).toBe(201);
    expect(id).toBeGreaterThan(0);
    expect(response.headers.get('location')).toBe(`/ocr-jobs/${id}`);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('x-powered-by')).toBeNull();
  });

  test('is one append of the submission and an execution for each file, which describe the stored bytes', async () => {
    const files = [
      { name: 'a.jpg', bytes: jpeg(70_000) },
      { name: 'b.pdf', bytes: pdf() },
    ];
    const id = await uploaded(gateway.url, form(files, { jobName: 'Lunch' }));
    const [submitted, ...requested] = await eventsOf(id);
    const uid = await uidOf(gateway, id);
    expect(submitted?.data).toEqual({
      uid,
      tenant: 'default',
      name: 'Lunch',
      files: [
        {
          id: 1,
          originalName: 'a.jpg',
          mimeType: 'image/jpeg',
          bytes: 70_000,
          sha256: sha256(jpeg(70_000)),
          storageKey: `jobs/${uid}/files/1`,
        },
        {
          id: 2,
          originalName: 'b.pdf',
          mimeType: 'application/pdf',
          bytes: pdf().byteLength,
          sha256: sha256(pdf()),
          storageKey: `jobs/${uid}/files/2`,
        },
      ],
    });
    const documents = ((submitted?.data.files ?? []) as JsonObject[]).map(
      ({ id: _, originalName: __, ...rest }) => rest,
    );
    expect(requested.map(({ type, data }) => ({ type, ...data }))).toEqual([
      { type: 'ExecutionRequested', executionId: 1, fileId: 1, provider: 'fake', document: documents[0] },
      { type: 'ExecutionRequested', executionId: 2, fileId: 2, provider: 'fake', document: documents[1] },
    ]);
    const stored = await buffer(await gateway.objects.get(`jobs/${uid}/files/1`));
    expect(sha256(stored)).toBe(sha256(jpeg(70_000)));
  });

  test('has a UUIDv7 of the time at which it began, and says who asked', async () => {
    const before = Date.now();
    const response = await upload(gateway.url, form([{}]), { 'x-request-id': 'my-request-7' });
    const id = await createdId(response);
    const uid = await uidOf(gateway, id);
    expect(uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const began = Number.parseInt(uid.replaceAll('-', '').slice(0, 12), 16);
    expect(began).toBeGreaterThanOrEqual(before);
    expect(began).toBeLessThanOrEqual(Date.now());
    for (const { metadata } of await eventsOf(id))
      expect(metadata).toMatchObject({
        uid,
        tenant: 'default',
        actor: 'anonymous',
        requestId: 'my-request-7',
      });
  });

  test('asks for bulk work if its priority is bulk, and for interactive work else', async () => {
    const priorities = async (fields: Record<string, string>) =>
      (await eventsOf(await uploaded(gateway.url, form([{}, {}], fields))))
        .slice(1)
        .map(({ data }) => data.priority);
    expect(await priorities({ priority: 'bulk' })).toEqual(['bulk', 'bulk']);
    expect(await priorities({ priority: 'interactive' })).toEqual([undefined, undefined]);
    expect(await priorities({})).toEqual([undefined, undefined]);
  });

  test.each(['Bulk', 'high', ''])(
    'is refused with 400 for the priority "%s", and leaves nothing behind',
    async (priority) => {
      const before = await gateway.keys();
      const response = await upload(gateway.url, form([{}], { priority }));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        details: `priority: there is no '${priority}'; it is one of interactive, bulk`,
      });
      expect(await gateway.keys()).toEqual(before);
    },
  );

  test('is an execution by each of the providers that are asked for a file, of the pages that are asked for', async () => {
    await gateway.announce(provider('second', { aliases: ['theSecond', 'zweiter'] }));
    const fields = { ocrProvider_0: 'fake, theSecond', pages_0: '1-3,7', ocrProvider_1: 'zweiter' };
    const id = await uploaded(gateway.url, form([{ bytes: pdf() }, {}], fields));
    const [submitted, ...requested] = await eventsOf(id);
    expect(submitted?.data.executions).toBe(3);
    const pages = [1, 2, 3, 7];
    expect(requested.map(({ data: { document: _, ...data } }) => data)).toEqual([
      { executionId: 1, fileId: 1, provider: 'fake', pages },
      { executionId: 2, fileId: 1, provider: 'second', pages },
      { executionId: 3, fileId: 2, provider: 'second' },
    ]);
  });

  test('takes fields and files in any order', async () => {
    await gateway.announce(provider('other'));
    const data = new FormData();
    data.append('ocrProvider_1', 'other');
    data.append('file', new Blob([jpeg()]), 'first.jpg');
    data.append('jobName', 'Mixed');
    data.append('file', new Blob([jpeg()]), 'second.jpg');
    data.append('ocrProvider_0', 'fake');
    const id = await uploaded(gateway.url, data);
    const [submitted, ...requested] = await eventsOf(id);
    expect(submitted?.data.name).toBe('Mixed');
    expect(requested.map((event) => event.data.provider)).toEqual(['fake', 'other']);
  });

  test('is named after its first file if it has no name', async () => {
    const data = form([{ name: 'first.jpg' }, { name: 'second.jpg' }], { jobName: ' \u0007 ' });
    const id = await uploaded(gateway.url, data);
    expect((await eventsOf(id))[0]?.data.name).toBe('first.jpg');
  });

  test('takes the type from the bytes, whatever the client declares', async () => {
    const id = await uploaded(gateway.url, form([{ name: 'a.exe', type: 'text/html' }]));
    expect((await eventsOf(id))[0]?.data.files).toMatchObject([{ mimeType: 'image/jpeg' }]);
  });

  test('gives concurrent uploads different ids', async () => {
    const responses = await Promise.all(Array.from({ length: 30 }, () => upload(gateway.url, form([{}]))));
    const ids = await Promise.all(responses.map(createdId));
    expect(new Set(ids).size).toBe(30);
  });
});

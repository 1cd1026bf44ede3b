import { ObjectStoreUnavailableError } from '@inkstream/object-store';
import { createLogger } from '@inkstream/service-kit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createdId, form, jpeg, upload } from '../spec-support/documents.ts';
import { override } from '../spec-support/faulty.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

const lines: string[] = [];
let fails = false;
let gateway: StartedGateway;
beforeAll(async () => {
  gateway = await startGateway({
    log: createLogger('upload-gateway', 'info', { write: (line) => void lines.push(line) }),
    backends: ({ objects }) => ({
      objects: override(objects, {
        async deletePrefix(prefix) {
          if (fails) throw new ObjectStoreUnavailableError('cut off at http://user:secret-telltale@host');
          return objects.deletePrefix(prefix);
        },
      }),
    }),
  });
});
beforeEach(() => {
  lines.length = 0;
  fails = false;
});
afterAll(() => gateway.close());

const NAME = 'divorce-telltale.jpg';
const HEADERS = {
  authorization: 'Bearer telltale-token',
  cookie: 'session=telltale',
  'x-request-id': 'request-7',
};
let uploads = 0;
const send = (body: FormData) =>
  upload(gateway.url, body, { ...HEADERS, 'idempotency-key': `telltale-${++uploads}` });

test('one line at info says that a job was accepted: which, of whom, how much and how fast', async () => {
  const response = await send(form([{ name: NAME }, { bytes: jpeg(3_000) }]));
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      level: 30,
      time: expect.any(Number),
      service: 'upload-gateway',
      tenant: 'default',
      actor: 'anonymous',
      requestId: 'request-7',
      jobId: await createdId(response),
      files: 2,
      executions: 2,
      bytes: 5_000,
      providers: ['fake'],
      durationMs: expect.any(Number),
      msg: 'job accepted',
    },
  ]);
});

test('no line names a file, a key or a token, of an upload that is accepted, refused, or fails', async () => {
  expect((await send(form([{ name: NAME }], { jobName: 'telltale job' }))).status).toBe(201);
  fails = true;
  expect((await send(form([{ name: NAME }], { ocrProvider_0: 'nobody' }))).status).toBe(400);
  expect((await send(form([{ name: NAME, bytes: new Uint8Array() }]))).status).toBe(400);
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.join('')).not.toContain('telltale');
});

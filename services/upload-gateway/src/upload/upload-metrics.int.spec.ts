import { EventStoreUnavailableError } from '@inkstream/event-store';
import { recordTelemetry } from '@inkstream/testing/telemetry';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { form, jpeg, upload } from '../spec-support/documents.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

let recorded: ReturnType<typeof recordTelemetry>;
let gateway: StartedGateway;
let away = false;
beforeEach(async () => {
  away = false;
  recorded = recordTelemetry();
  gateway = await startGateway({
    config: { MAX_FILES_PER_JOB: 2, METRICS_TENANTS: new Set(['default', 'acme']) },
    backends: ({ eventStore }) => ({
      eventStore: Object.assign(Object.create(eventStore), {
        append: (...args: Parameters<typeof eventStore.append>) =>
          away ? Promise.reject(new EventStoreUnavailableError('away')) : eventStore.append(...args),
      }),
    }),
  });
});
afterEach(async () => {
  await gateway.close();
  await recorded.close();
});

it('counts uploads by how they are answered, and of accepted ones what they brought', async () => {
  expect(await recorded.series('inkstream.uploads')).toEqual({
    'outcome=accepted tenant=acme': 0,
    'outcome=accepted tenant=default': 0,
    'outcome=failed tenant=acme': 0,
    'outcome=failed tenant=default': 0,
    'outcome=refused tenant=acme': 0,
    'outcome=refused tenant=default': 0,
  });
  expect((await upload(gateway.url, form([{}, {}]))).status).toBe(201);
  expect((await upload(gateway.url, form([{}, {}, {}]))).status).toBe(400);
  expect((await upload(gateway.url, form([{}], { ocrProvider_0: 'nobody' }))).status).toBe(400);
  away = true;
  expect((await upload(gateway.url, form([{}]))).status).toBe(503);
  await vi.waitFor(
    async () =>
      expect(await recorded.series('inkstream.uploads')).toMatchObject({
        'outcome=accepted tenant=default': 1,
        'outcome=refused tenant=default': 2,
        'outcome=failed tenant=default': 1,
      }),
    10_000,
  );
  expect(await recorded.series('inkstream.upload.duration')).toEqual({
    'outcome=accepted': 1,
    'outcome=refused': 2,
    'outcome=failed': 1,
  });
  expect(await recorded.series('inkstream.upload.files')).toEqual({ 'tenant=default': 2 });
  expect(await recorded.series('inkstream.upload.bytes')).toEqual({ 'tenant=default': 2 * jpeg().length });
});

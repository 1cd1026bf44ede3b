import { afterEach, expect, test } from 'vitest';
import { form, upload, uploaded } from '../spec-support/documents.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

let gateway: StartedGateway;
let now = 0;
const start = async (providersElsewhere: boolean) => {
  gateway = await startGateway({ providersElsewhere, clock: () => now });
};
afterEach(() => gateway.close());

const uploadForUnknown = () => upload(gateway.url, form([{}], { ocrProvider_0: 'unheard' }));
const executionOfUnknown = (jobId: number) =>
  fetch(`${gateway.url}/ocr-jobs/${jobId}/files/1/executions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"ocrProvider":"unheard"}',
  });

test('for an announcement interval after the start a provider that was not heard of yet is 503, then 400', async () => {
  await start(true);
  const jobId = await uploaded(gateway.url, form([{}]));
  for (const ask of [uploadForUnknown, () => executionOfUnknown(jobId)]) {
    const response = await ask();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.json()).toMatchObject({ details: expect.stringContaining("'unheard'") });
  }
  now += 4_500;
  expect((await uploadForUnknown()).headers.get('retry-after')).toBe('1');
  now += 500;
  expect((await uploadForUnknown()).status).toBe(400);
  expect((await executionOfUnknown(jobId)).status).toBe(400);
  expect((await gateway.keys()).length).toBe(1);
});

test('in one process a provider that was not heard of is 400 from the start', async () => {
  await start(false);
  expect((await uploadForUnknown()).status).toBe(400);
});

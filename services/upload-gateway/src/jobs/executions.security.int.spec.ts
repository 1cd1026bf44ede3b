import { jobStream } from '@inkstream/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { form, uploaded } from '../spec-support/documents.ts';
import { deleteOnly } from '../spec-support/jobs.ts';
import { provider } from '../spec-support/provider.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

const PROVIDERS = Array.from({ length: 8 }, (_, index) => `provider-${index}`);
const TOO_MANY = {
  statusCode: 400,
  message: 'Bad Request',
  details: 'A job takes at most 5 executions; upload the file again as another job',
};

let gateway: StartedGateway;
beforeAll(async () => {
  gateway = await startGateway({ config: { MAX_FILES_PER_JOB: 5, MAX_EXECUTIONS_PER_JOB: 5 } });
  for (const name of PROVIDERS) await gateway.announce(provider(name));
});
afterAll(() => gateway.close());

const request = (jobId: number, fileId: number, ocrProvider: string) =>
  fetch(`${gateway.url}/ocr-jobs/${jobId}/files/${fileId}/executions`, {
    method: 'POST',
    body: JSON.stringify({ ocrProvider }),
    headers: { 'content-type': 'application/json' },
  });
const requestedOf = async (id: number) =>
  (await Array.fromAsync(gateway.eventStore.read(jobStream(id)))).filter(
    ({ type }) => type === 'ExecutionRequested',
  ).length;

test('a job takes executions up to its cap, those of its upload among them; the next is 400 and names the cap', async () => {
  const id = await uploaded(gateway.url, form([{}, {}, {}]));
  for (const name of PROVIDERS.slice(0, 2)) expect((await request(id, 2, name)).status).toBe(201);
  for (const fileId of [1, 2, 3]) {
    const refused = await request(id, fileId, 'provider-7');
    expect(await refused.json()).toEqual(TOO_MANY);
  }
  expect(await requestedOf(id)).toBe(5);
});

test('executions that have ended count, and those of files that are deleted', async () => {
  const id = await uploaded(gateway.url, form([{}, {}, {}, {}]));
  await deleteOnly(gateway, id, { type: 'DeleteFile', fileId: 1 });
  await deleteOnly(gateway, id, { type: 'DeleteFile', fileId: 2 });
  expect((await request(id, 3, 'provider-0')).status).toBe(201);
  expect(await (await request(id, 3, 'provider-1')).json()).toEqual(TOO_MANY);
});

test('requests that race get no more through than the cap', async () => {
  const id = await uploaded(gateway.url, form([{}]));
  const answers = await Promise.all(PROVIDERS.map((name) => request(id, 1, name)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 201, 201, 201, 400, 400, 400, 400]);
  expect(await requestedOf(id)).toBe(5);
});

import { executionStream, jobStream } from '@inkstream/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createdId, form, jpeg, pdf, uploaded } from '../spec-support/documents.ts';
import { keysOf, putPicture, putResult, start } from '../spec-support/jobs.ts';
import { provider } from '../spec-support/provider.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

let gateway: StartedGateway;
beforeAll(async () => {
  gateway = await startGateway();
  await gateway.announce(provider('other'));
  await gateway.announce(provider('pdf-only', { accepts: ['application/pdf'] }));
  await gateway.announce(provider('small', { limits: { maxBytes: 1_000, maxPages: 1 } }));
});
afterAll(() => gateway.close());

const call = (method: string, path: string, body?: unknown) =>
  fetch(`${gateway.url}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
const remove = (path: string) => call('DELETE', `/ocr-jobs/${path}`);
const request = (jobId: number | string, fileId: number | string, ocrProvider: string) =>
  call('POST', `/ocr-jobs/${jobId}/files/${fileId}/executions`, { ocrProvider });

const streamOf = async (id: number) =>
  (await Array.fromAsync(gateway.eventStore.read(jobStream(id)))).map(({ type }) => type);
const executionStreamOf = async (jobId: number, executionId: number) =>
  (await Array.fromAsync(gateway.eventStore.read(executionStream({ jobId, executionId })))).map(
    ({ type }) => type,
  );

describe('deleting a job', () => {
  test('leaves no byte of it, and of its stream the deletion alone', async () => {
    const id = await uploaded(gateway.url, form([{}, {}]));
    await putResult(gateway, id, 1);
    await putPicture(gateway, id, 2);
    const response = await remove(`${id}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ success: true });
    expect(await keysOf(gateway, id)).toEqual([]);
    expect(await streamOf(id)).toEqual(['JobDeleted']);
  });

  test('ends its executions first, each in its own stream, of which the last event alone is left', async () => {
    const id = await uploaded(gateway.url, form([{}, {}]));
    await start(gateway, id, 1);
    expect((await remove(`${id}?force=true`)).status).toBe(200);
    expect(await executionStreamOf(id, 1)).toEqual(['ExecutionCancelled']);
    expect(await executionStreamOf(id, 2)).toEqual(['ExecutionCancelled']);
    await expect(start(gateway, id, 2)).rejects.toMatchObject({ code: 'execution_final' });
  });

  test('is refused while it runs, and then harms nothing, unless it is forced', async () => {
    const id = await uploaded(gateway.url, form([{}]));
    await start(gateway, id);
    expect((await remove(`${id}`)).status).toBe(409);
    expect((await remove(`${id}?force=false`)).status).toBe(409);
    expect(await keysOf(gateway, id)).toHaveLength(1);
    expect((await remove(`${id}?force=true`)).status).toBe(200);
    expect(await keysOf(gateway, id)).toEqual([]);
  });

  test('is 404 for a job that never was, or is deleted', async () => {
    const id = await uploaded(gateway.url, form([{}]));
    await remove(`${id}`);
    for (const gone of [id, 999_999]) {
      const response = await remove(`${gone}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ statusCode: 404, message: 'Not Found' });
    }
  });
});

describe('deleting a file', () => {
  test('leaves no byte of it, of its results and pictures, and all of the others', async () => {
    const id = await uploaded(gateway.url, form([{}, {}]));
    for (const one of [1, 2]) {
      await putResult(gateway, id, one);
      await putPicture(gateway, id, one);
    }
    expect(await (await remove(`${id}/files/1`)).json()).toEqual({ success: true });
    expect(await keysOf(gateway, id)).toEqual([
      'executions/2/result.json',
      'files/2',
      'pictures/2/1-640-0.webp',
    ]);
    expect((await remove(`${id}/files/1`)).status).toBe(404);
    expect((await remove(`${id}/files/3`)).status).toBe(404);
  });

  test('is refused while it is read, unless it is forced', async () => {
    const id = await uploaded(gateway.url, form([{}, {}]));
    await start(gateway, id);
    expect((await remove(`${id}/files/1`)).status).toBe(409);
    expect((await remove(`${id}/files/1?force=true`)).status).toBe(200);
    expect(await executionStreamOf(id, 1)).toEqual(['ExecutionCancelled']);
    expect(await executionStreamOf(id, 2)).toEqual([]);
  });
});

describe('requesting an execution', () => {
  test('returns the next id, pending', async () => {
    const id = await uploaded(gateway.url, form([{}]));
    const response = await request(id, 1, 'other');
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ id: 2, status: 'pending' });
  });

  test('gives concurrent requests different ids', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => gateway.announce(provider(name))));
    const id = await uploaded(gateway.url, form([{}]));
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => request(id, 1, name)));
    const ids = await Promise.all(answers.map(createdId));
    expect(ids.toSorted()).toEqual([2, 3, 4, 5]);
  });

  test('is 409 while one of the same provider is unfinished', async () => {
    const id = await uploaded(gateway.url, form([{}]));
    expect((await request(id, 1, 'fake')).status).toBe(409);
  });

  test('is refused with 400 for an unknown provider, 404 for what is not there', async () => {
    const id = await uploaded(gateway.url, form([{}, {}]));
    await remove(`${id}/files/2`);
    expect(await (await request(id, 1, 'invalid')).json()).toMatchObject({
      statusCode: 400,
      details: expect.stringContaining("Provider 'invalid' is not available; these are: "),
    });
    for (const [job, file] of [
      [id, 2],
      [id, 9],
      [999_999, 1],
    ] as const)
      expect((await request(job, file, 'other')).status).toBe(404);
  });

  test('is refused with 415 or 413 if the provider does not take the file', async () => {
    const id = await uploaded(gateway.url, form([{ bytes: jpeg(1_500) }, { bytes: pdf() }]));
    expect((await request(id, 1, 'pdf-only')).status).toBe(415);
    expect((await request(id, 1, 'small')).status).toBe(413);
    expect((await request(id, 2, 'pdf-only')).status).toBe(201);
  });

  test('takes an alias of the provider, and pages, and tells both by name and number', async () => {
    await gateway.announce(provider('other', { aliases: ['theOther'] }));
    const id = await uploaded(gateway.url, form([{ bytes: pdf() }]));
    const path = `/ocr-jobs/${id}/files/1/executions`;
    const ask = (pages: string) => call('POST', path, { ocrProvider: 'theOther', pages });
    expect((await ask('2,5-6')).status).toBe(201);
    const events = await Array.fromAsync(gateway.eventStore.read(jobStream(id)));
    expect(events.at(-1)?.data).toMatchObject({ executionId: 2, provider: 'other', pages: [2, 5, 6] });
    expect((await ask('1')).status).toBe(409);
    for (const [pages, details] of [
      ['3,1', 'pages: is not in ascending order, or has a page twice; write 1,3'],
      ['', 'pages: is empty; write pages counted from 1, such as 1-3,7, or leave it out for all'],
      ['1-101', "pages: selects 101 pages; provider 'other' reads 100 at most"],
    ] as const)
      expect(await (await ask(pages)).json()).toMatchObject({ statusCode: 400, details });
  });

  test.each([
    ['pages that are no text', { ocrProvider: 'other', pages: [1] }, 400],
    ['no body, nor its type', undefined, 415],
    ['no provider', {}, 400],
    ['a provider that is no text', { ocrProvider: 7 }, 400],
    ['more than a provider', { ocrProvider: 'other', priority: 1 }, 400],
    ['a body that is too large', { ocrProvider: 'x'.repeat(5_000) }, 413],
  ])('is refused with %s', async (_name, body, status) => {
    const response = await call('POST', '/ocr-jobs/1/files/1/executions', body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ statusCode: status, details: expect.any(String) });
  });
});

test.each(['0', '-1', 'abc', '1.5', '1e3', '2147483648', '99999999999999999999', '%00', '%ff'])(
  'the id %s is refused with 400',
  async (id) => {
    for (const response of [
      await remove(id),
      await remove(`1/files/${id}`),
      await remove(`${id}/files/1`),
      await request(id, 1, 'fake'),
      await request(1, id, 'fake'),
    ]) {
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ statusCode: 400, message: 'Bad Request' });
    }
  },
);

test.each(['force=1', 'force=', 'force=true&force=true'])(
  'the query %s is refused with 400',
  async (query) => {
    expect((await remove(`1?${query}`)).status).toBe(400);
  },
);

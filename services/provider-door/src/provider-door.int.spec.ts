import { ocrResultSchema } from '@inkstream/contracts';
import { readExecutionEvents } from '@inkstream/job-store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenDoor, openDoor } from './spec-support/open-door.ts';

const CONTENT = 'the picture of a receipt '.repeat(20_000);
let door: OpenDoor;
beforeEach(async () => {
  door = await openDoor(CONTENT);
});
afterEach(() => door.close());

const page = { pageCount: 1, model: 'acme-1', lines: [{ text: 'Shop' }, { text: 'TOTAL EUR 4.50' }] };
const begin = () => door.call('POST', `${door.path}/attempts`, { body: { worker: 'w1' } });
const said = async (answer: Promise<Response>) => {
  const response = await answer;
  return [response.status, await response.json()];
};

describe('the door for providers', () => {
  it('hands out a document and takes what was read of it', async () => {
    expect(await said(begin())).toEqual([200, { status: 'running', attempt: 1, pages: [] }]);
    const document = await door.call('GET', `${door.path}/document`);
    expect(document.headers.get('content-type')).toBe('image/png');
    expect(await document.text()).toBe(CONTENT);
    const attempt = `${door.path}/attempts/1`;
    expect(await said(door.call('PUT', `${attempt}/pages/1`, { body: page }))).toEqual([
      200,
      { status: 'running', attempt: 1 },
    ]);
    const complete = () => said(door.call('POST', `${attempt}/completion`, { body: {} }));
    expect(await complete()).toEqual([200, { status: 'completed' }]);
    expect(await complete()).toEqual([200, { status: 'completed' }]);
    expect(await said(door.call('GET', door.path))).toEqual([200, { status: 'completed' }]);
    const events = readExecutionEvents(door.eventStore, { jobId: 1, executionId: 1 });
    const [, completed] = await Array.fromAsync(events);
    if (completed?.type !== 'ExecutionCompleted') throw new Error('It is not completed');
    expect(completed.caller).toMatchObject({ tenant: 'default', actor: 'provider:acme', requestId: 'spec' });
    const stored = await Array.fromAsync(await door.objects.get(completed.data.resultKey));
    const result = ocrResultSchema.parse(JSON.parse(Buffer.concat(stored).toString()));
    expect(result).toMatchObject({ text: 'Shop\nTOTAL EUR 4.50', receipt: { total: { value: '4.50' } } });
  });

  it('takes failures, and hands work back', async () => {
    await begin();
    expect(await said(door.call('DELETE', `${door.path}/attempts/1`))).toEqual([
      200,
      { status: 'pending', afterMs: 0 },
    ]);
    await begin();
    const body = { code: 'corrupt_document', message: 'It is torn' };
    expect(await said(door.call('POST', `${door.path}/attempts/2/failure`, { body }))).toEqual([
      200,
      { status: 'failed' },
    ]);
  });

  it('cuts a document off that is not the one that was uploaded, before its end, and fails it', async () => {
    await begin();
    await door.objects.put(door.storageKey, Buffer.from(CONTENT.replaceAll('r', 'R')));
    const document = await door.call('GET', `${door.path}/document`);
    await expect(document.text()).rejects.toThrow();
    await expect.poll(() => said(door.call('GET', door.path))).toEqual([200, { status: 'failed' }]);
    expect((await door.call('GET', `${door.path}/document`)).status).toBe(410);
  });

  it('says what does not fit, in the shape of every error, and does nothing', async () => {
    await begin();
    const attempt = `${door.path}/attempts/1`;
    for (const [status, details, method, path, body] of [
      [400, /worker/, 'POST', `${door.path}/attempts`, {}],
      [400, /lines/, 'PUT', `${attempt}/pages/1`, { ...page, lines: [{ text: 4 }] }],
      [400, /subject/, 'GET', door.path.replace('ocrJob-1', 'ocrUpload-1'), undefined],
      [400, /code/, 'POST', `${attempt}/failure`, { code: 'unheard', message: '' }],
      [404, /no GET/, 'GET', '/elsewhere', undefined],
      [410, /not in the event store/, 'GET', door.path.replace('000001', '000002'), undefined],
      [413, /too large/, 'PUT', `${attempt}/pages/1`, { ...page, raw: 'x'.repeat(17 * 2 ** 20) }],
      [422, /Page 2 of 1/, 'PUT', `${attempt}/pages/2`, page],
      [422, /any page/, 'POST', `${attempt}/completion`, {}],
      [503, /try again/, 'GET', door.path.replace(/\d+$/, '99'), undefined],
    ] as const) {
      const answer = await said(door.call(method, path, { body }));
      expect(answer).toMatchObject([status, { statusCode: status, details: expect.stringMatching(details) }]);
    }
    expect(await said(door.call('GET', door.path))).toEqual([200, { status: 'running', attempt: 1 }]);
  });
});

import { backlogSchema } from '@inkstream/contracts';
import { readBacklog } from '@inkstream/service-kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { photo, type QueryApiFixture, startQueryApi } from './spec-support/query-api-fixture.ts';

let query: QueryApiFixture;
beforeEach(async () => {
  query = await startQueryApi();
});
afterEach(() => query.stop());

const ask = async () => backlogSchema.strict().parse(await (await query.get('/internal/backlog')).json());

it('tells the gateway how many requests no provider has begun to read, and since when the oldest waits', async () => {
  expect(await ask()).toEqual({ providers: {}, isWhole: true });
  await query.submit(1, [photo, photo, photo]);
  await query.requestAgain(1, 'tesseract');
  await query.start(1, 1);
  await query.project(1);
  const { createdAt } = (await query.readModel.executionsOf(1))[1]?.view ?? {};
  const oldest = { requests: 2, oldestAt: createdAt };
  expect(await ask()).toMatchObject({
    providers: { 'paddle-ocr-local': oldest, tesseract: { requests: 1 } },
    isWhole: true,
  });
  await query.submit(2);
  await query.project(2);
  expect((await ask()).providers['paddle-ocr-local']).toEqual({ ...oldest, requests: 3 });
});

it('leaves out what is read, is done, or belongs to a deleted file', async () => {
  await query.submit(1, [photo, photo, photo]);
  await query.start(1, 1);
  await query.complete(1, 1);
  await query.start(1, 2);
  await query.run(1, { type: 'DeleteFile', fileId: 3, executions: new Map(), force: true, reason: 'asked' });
  await query.project(1);
  expect(await ask()).toEqual({ providers: {}, isWhole: true });
});

it('looks at no more executions than it may, and says so', async () => {
  await query.submit(1, Array(7).fill(photo));
  await query.project(1);
  const few = await readBacklog(query.readModel, { examined: 6, atOnce: 3 });
  expect(few).toMatchObject({ providers: { 'paddle-ocr-local': { requests: 6 } }, isWhole: false });
  const all = await readBacklog(query.readModel, { examined: 9, atOnce: 3 });
  expect(all).toMatchObject({ providers: { 'paddle-ocr-local': { requests: 7 } }, isWhole: true });
});

import { ByteBudget, withByteBudget } from '@inkstream/object-store';
import { multipart } from '@inkstream/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { form, jpeg, upload } from '../spec-support/documents.ts';
import { answerOn, beginUpload, fieldPart, filePart } from '../spec-support/raw-multipart.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

const MIB = 1024 * 1024;
let budget: ByteBudget;
let gateway: StartedGateway;
beforeEach(async () => {
  budget = new ByteBudget({ bytes: MIB, waitMs: 1_000 });
  gateway = await startGateway({
    backends: ({ objects }) => ({ objects: withByteBudget(objects, budget) }),
  });
});
afterEach(() => gateway.close());

const large = multipart([fieldPart('ocrProvider_0', 'fake'), filePart('filename="a.jpg"', jpeg(2 * MIB))]);
const begin = (localAddress: string) =>
  beginUpload(gateway.url, large.subarray(0, MIB), large.byteLength, { localAddress });

it('holds no more than its budget however many clients are slow: others wait, then get 429 with Retry-After', async () => {
  const slow = [await begin('127.0.0.2'), await begin('127.0.0.3')];
  await expect.poll(() => budget.held).toBe(MIB);
  const late = await Promise.all(Array.from({ length: 30 }, () => upload(gateway.url, form([{}]))));
  expect(new Set(late.map(({ status }) => status))).toEqual(new Set([429]));
  expect(late[0]?.headers.get('retry-after')).toBe('5');
  expect(budget.held).toBe(MIB);

  const waiting = upload(gateway.url, form([{}]));
  for (const socket of slow) socket.write(large.subarray(MIB));
  for (const socket of slow) expect(await answerOn(socket)).toMatch(/^HTTP\/1.1 201/);
  expect((await waiting).status, 'it waited for its turn').toBe(201);
  expect(budget.held).toBe(0);
  expect((await gateway.keys()).length).toBe(3);
});

it('keeps half of the budget from one client', async () => {
  const slow = [await begin('127.0.0.2'), await begin('127.0.0.2')];
  await expect.poll(() => budget.held).toBe(MIB / 2);
  expect((await upload(gateway.url, form([{}]))).status).toBe(201);
  for (const socket of slow) socket.destroy();
  await expect.poll(() => budget.held).toBe(0);
});

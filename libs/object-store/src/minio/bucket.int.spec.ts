import { afterEach, expect, it } from 'vitest';
import { openMinioObjectStore } from './index.ts';
import { type Seen, startS3Double } from './spec-support/s3-double.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Opens a store on a server that answers with these statuses; what it was asked. */
async function openOn(statusOf: (request: Seen, nth: number) => number) {
  const double = await startS3Double((request, response) =>
    response.writeHead(statusOf(request, double.seen.length)).end(),
  );
  closing.push(double.close);
  const opened = await openMinioObjectStore(double.options).then(
    (store) => store.close(),
    (error: unknown) => error,
  );
  return { opened, asked: double.seen.map(({ method, path }) => `${method} ${path}`), seen: double.seen };
}

it('makes a bucket that is missing, and has S3 abort unfinished uploads there, and nothing else', async () => {
  const { opened, asked, seen } = await openOn(({ method }) => (method === 'HEAD' ? 404 : 200));
  expect(opened).toBeUndefined();
  expect(asked).toEqual(['HEAD /double', 'PUT /double', 'PUT /double?lifecycle']);
  expect(seen[2]?.body).toContain('<DaysAfterInitiation>1</DaysAfterInitiation>');
  expect(seen[2]?.body).not.toContain('Expiration');
});

it('changes nothing of a bucket that is there, and needs no right to', async () => {
  const { opened, asked } = await openOn(({ method }) => (method === 'HEAD' ? 200 : 403));
  expect(opened).toBeUndefined();
  expect(asked).toEqual(['HEAD /double']);
});

it('opens a bucket that somebody else makes at the same moment', async () => {
  const { opened, asked } = await openOn(({ method }, nth) =>
    method === 'PUT' ? 409 : nth === 1 ? 404 : 200,
  );
  expect(opened).toBeUndefined();
  expect(asked).toEqual(['HEAD /double', 'PUT /double', 'HEAD /double']);
});

it('opens if the server has no such rule', async () => {
  const { opened } = await openOn(({ method, path }) =>
    path.includes('lifecycle') ? 400 : method === 'HEAD' ? 404 : 200,
  );
  expect(opened).toBeUndefined();
});

it('is unavailable if it may not make the bucket', async () => {
  const { opened } = await openOn(({ method }) => (method === 'HEAD' ? 404 : 403));
  expect(opened).toMatchObject({ name: 'ObjectStoreUnavailableError' });
});

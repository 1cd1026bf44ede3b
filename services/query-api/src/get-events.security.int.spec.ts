import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type QueryApiFixture, startQueryApi } from './spec-support/query-api-fixture.ts';
import { openEventStream } from './spec-support/sse-client.ts';

let query: QueryApiFixture;
beforeEach(async () => {
  query = await startQueryApi({
    quietMs: 600_000,
    maxEventStreams: 10,
    // The gateway, and no other.
    trustProxy: (address, hop) => hop === 0 && address === '127.0.0.1',
  });
  await query.submit(1);
});
afterEach(() => query.stop());

const follow = (client?: string) =>
  openEventStream(
    `${query.url}/ocr-jobs/1/events`,
    client === undefined ? {} : { 'X-Forwarded-For': client },
  );

it('refuses a client more event streams than its share, whatever else it claims to be, and no other client', async () => {
  const [first] = [await follow('192.0.2.1'), await follow('198.51.100.1, 192.0.2.1')];
  const refused = await follow('198.51.100.2, 192.0.2.1');
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '5']);
  expect((await follow('192.0.2.2')).status).toBe(200);
  first.leave();
  await vi.waitFor(async () => expect((await follow('192.0.2.1')).status).toBe(200));
});

import { type Backlog, type ProviderAnnouncement, providerListSchema } from '@inkstream/contracts';
import { contextOf, errorHandler, listen, privateDoor, silentLogger } from '@inkstream/service-kit';
import express from 'express';
import { afterEach, expect, test } from 'vitest';
import { form, pdf, upload } from '../spec-support/documents.ts';
import { provider } from '../spec-support/provider.ts';
import { type StartedGateway, type StartOptions, startGateway } from '../spec-support/start-gateway.ts';
import { backlogFrom } from './backlog.ts';

const SECRET = 'a secret of more than 32 characters';
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function start(options: StartOptions = {}): Promise<StartedGateway> {
  const gateway = await startGateway(options);
  closing.push(() => gateway.close());
  return gateway;
}
const list = async ({ url }: StartedGateway) =>
  providerListSchema.parse(await (await fetch(`${url}/providers`)).json());

/** query-api as far as it is asked here: behind its door. */
async function startQueryApi(answer: () => unknown): Promise<string> {
  const app = express().use(privateDoor(SECRET));
  app.get('/internal/backlog', (request, response) => {
    contextOf(request);
    response.json(answer());
  });
  const server = await listen(app.use(errorHandler(silentLogger())), { host: '127.0.0.1', port: 0 });
  closing.push(() => server.close(50));
  return server.url;
}

test('/providers names all that a provider announces, and what waits for it', async () => {
  const backlog: Backlog = {
    providers: { fake: { requests: 2, oldestAt: '2026-11-24T11:59:00.000Z' } },
    isWhole: true,
  };
  const url = await startQueryApi(() => backlog);
  const gateway = await start({
    backlog: backlogFrom(url, SECRET),
    now: () => new Date('2026-11-24T12:00:00.000Z'),
  });
  const told: Partial<ProviderAnnouncement> = {
    aliases: ['theModel'],
    model: 'model-7',
    modelEnds: '2026-12-31',
    limits: { maxBytes: 1_000, maxPages: 10, maxPixels: 5_000_000 },
    state: 'paused',
    cause: 'no_credit',
    reason: 'No credit',
    since: '2026-11-24T10:00:00.000Z',
  };
  await gateway.announce(provider('vendor', told));
  const [fake, vendor] = await list(gateway);
  expect(fake).toMatchObject({ name: 'fake', state: 'ready', backlog: { requests: 2, oldestAgeS: 60 } });
  expect(vendor).toMatchObject({ name: 'vendor', ...told, backlog: { requests: 0 } });
});

test.each([
  ['refuses us', () => startQueryApi(() => ({})), 'another secret of more than 32 characters'],
  ['answers nonsense', () => startQueryApi(() => ({ providers: [] })), SECRET],
  ['is not there', async () => 'http://127.0.0.1:1', SECRET],
])('/providers does without the backlog if query-api %s', async (_how, url, secret) => {
  const gateway = await start({ backlog: backlogFrom(await url(), secret) });
  const [fake] = await list(gateway);
  expect(fake).toMatchObject({ name: 'fake' });
  expect(fake).not.toHaveProperty('backlog');
});

test('what query-api tells the gateway alone is no route of ours', async () => {
  const gateway = await start({ reads: (_request, response) => void response.json({ leaked: true }) });
  expect((await fetch(`${gateway.url}/internal/backlog`)).status).toBe(404);
});

test('no provider reads more pages than the configuration says, and none more than it can', async () => {
  const gateway = await start({ config: { MAX_PAGES: 3 } });
  await gateway.announce(provider('single', { limits: { maxBytes: 1_000, maxPages: 1 } }));
  expect((await list(gateway)).map(({ name, limits }) => [name, limits.maxPages])).toEqual([
    ['fake', 3],
    ['single', 1],
  ]);
  const select = (pages: string) => upload(gateway.url, form([{ bytes: pdf() }], { pages_0: pages }));
  expect((await select('7-9')).status).toBe(201);
  expect(await (await select('6-9')).json()).toMatchObject({
    statusCode: 400,
    details: "pages_0: selects 4 pages; provider 'fake' reads 3 at most",
  });
});

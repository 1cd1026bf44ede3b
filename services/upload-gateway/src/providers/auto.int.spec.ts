import { providerListSchema } from '@inkstream/contracts';
import { readJobEvents } from '@inkstream/job-store';
import { readConfig } from '@inkstream/service-kit';
import { afterEach, describe, expect, it, test } from 'vitest';
import { gatewayConfig } from '../config.ts';
import { form, jpeg, upload, uploaded } from '../spec-support/documents.ts';
import { provider } from '../spec-support/provider.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

let gateway: StartedGateway;
const start = async (env: Record<string, string> = {}) => {
  gateway = await startGateway({ config: readConfig(gatewayConfig, env) });
};
afterEach(() => gateway.close());

const byPolicy = { AUTO_PROVIDERS: 'fake,vendor,other', AUTO_CONFIDENCE: '0.75', AUTO_FIELDS: 'total,tax' };
const escalation = { next: ['vendor', 'other'], fields: ['total', 'tax'], confidence: 0.75 };
const auto = () => form([{}], { ocrProvider_0: 'auto' });
const refusal = async (response: Response) => {
  const { details } = (await response.json()) as { details: string };
  return [response.status, details];
};
const requests = async (jobId: number) => {
  const events = await Array.fromAsync(readJobEvents(gateway.eventStore, jobId));
  return events.flatMap((event) => (event.type === 'ExecutionRequested' ? [event.data] : []));
};
const runAgain = (jobId: number, ocrProvider: string) =>
  fetch(`${gateway.url}/ocr-jobs/${jobId}/files/1/executions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ocrProvider }),
  });

test('without a policy auto is refused with a sentence, is not listed, and leaves nothing behind', async () => {
  await start();
  expect(await refusal(await upload(gateway.url, auto()))).toEqual([
    400,
    "Provider 'auto' is not configured; AUTO_PROVIDERS names whom it asks",
  ]);
  expect((await runAgain(await uploaded(gateway.url, form([{}])), 'auto')).status).toBe(400);
  const listed = await (await fetch(`${gateway.url}/providers`)).json();
  expect(providerListSchema.parse(listed).map(({ name }) => name)).toEqual(['fake']);
  expect(await gateway.keys()).toHaveLength(1);
});

describe('with a policy', () => {
  it('auto asks its first provider, and the request says when to ask which next', async () => {
    await start(byPolicy);
    for (const name of escalation.next) await gateway.announce(provider(name));
    const id = await uploaded(
      gateway.url,
      form([{}, {}], { ocrProvider_0: 'auto,fake', ocrProvider_1: 'auto' }),
    );
    expect(await requests(id)).toMatchObject([
      { executionId: 1, fileId: 1, provider: 'fake', escalation },
      { executionId: 2, fileId: 1, provider: 'fake' },
      { executionId: 3, fileId: 2, provider: 'fake', escalation },
    ]);
    expect((await requests(id))[1]).not.toHaveProperty('escalation');
  });

  it('auto leaves out who does not run when it is asked: nobody knows when that one will', async () => {
    await start(byPolicy);
    const next = async (jobId: number) => (await requests(jobId)).map(({ escalation: said }) => said?.next);
    expect(await next(await uploaded(gateway.url, auto()))).toEqual([[]]);
    await gateway.announce(provider('other', { state: 'paused', reason: 'no credit' }));
    const id = await uploaded(gateway.url, form([{}]));
    expect((await runAgain(id, 'auto')).status).toBe(201);
    expect(await next(id)).toEqual([undefined, ['other']]);
  });

  it('a file is read once at a time by auto, and by others beside it', async () => {
    await start(byPolicy);
    const id = await uploaded(gateway.url, auto());
    expect((await runAgain(id, 'auto')).status).toBe(409);
    expect((await runAgain(id, 'fake')).status).toBe(201);
  });

  it('an upload that is repeated by its Idempotency-Key is the same job', async () => {
    await start(byPolicy);
    const ids = [];
    for (let time = 0; time < 2; time++) {
      const response = await upload(gateway.url, auto(), { 'idempotency-key': 'k' });
      ids.push(((await response.json()) as { id: number }).id);
    }
    expect(ids[0]).toBe(ids[1]);
  });

  it('/providers lists auto, which takes what its first provider takes, under that name', async () => {
    await start(byPolicy);
    await gateway.announce(
      provider('fake', { aliases: ['theFake'], model: 'm', limits: { maxBytes: 2_000, maxPages: 3 } }),
    );
    await gateway.announce(provider('vendor'));
    const listed = providerListSchema.parse(await (await fetch(`${gateway.url}/providers`)).json());
    expect(listed.map(({ name }) => name)).toEqual(['auto', 'fake', 'vendor']);
    const { version: _, ...first } = listed[0] ?? {};
    expect(first).toEqual({
      name: 'auto',
      description:
        'Reads by fake, and asks vendor, then other (which does not run) if that is not good enough',
      accepts: ['image/jpeg', 'image/png', 'application/pdf'],
      limits: { maxBytes: 2_000, maxPages: 3 },
      state: 'ready',
    });
    const large = form([{ bytes: jpeg(3_000) }], { ocrProvider_0: 'auto' });
    expect((await upload(gateway.url, large)).status).toBe(413);
  });

  it('auto is not available while its first provider does not run', async () => {
    await start({ ...byPolicy, AUTO_PROVIDERS: 'vendor,fake' });
    expect(await refusal(await upload(gateway.url, auto()))).toEqual([
      400,
      "Provider 'auto' is not available, as 'vendor' does not run; name another provider",
    ]);
    await gateway.announce(provider('vendor', { state: 'unavailable', reason: 'no key' }));
    expect(await refusal(await upload(gateway.url, auto()))).toEqual([
      503,
      "Provider 'auto' is unavailable: no key",
    ]);
  });
});

import type { Engine } from '@inkstream/provider-kit';
import { type GeneratedReceipt, generateReceipt } from '@inkstream/testing';
import { type ProviderDouble, startDouble } from '@inkstream/testing/provider-doubles';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provider } from './provider.ts';
import { acmeVendor } from './spec-support/double.ts';

const REFUSED = { error: { code: 'refused', message: 'Not a receipt' } };
const UNREADABLE = { error: { code: 'unreadable', message: 'Not a picture' } };

describe('acme against its double', () => {
  let double: ProviderDouble;
  let receipt: GeneratedReceipt;
  let engine: Engine;
  beforeAll(async () => {
    receipt = await generateReceipt({ seed: 1, width: 320, format: 'png' });
    double = await startDouble(acmeVendor, { key: 'a-key' });
    await double.know(receipt.image, receipt.truth);
    const env = { ACME_API_KEY: 'a-key', ACME_BASE_URL: double.url };
    const definition = await provider.configure(env);
    if ('wants' in definition || !('recognise' in definition.engine)) expect.unreachable('it runs');
    engine = definition.engine;
  });
  afterAll(() => double.close());

  const recognise = () =>
    engine.recognise(
      { bytes: receipt.image, mimeType: receipt.mimeType },
      { signal: AbortSignal.timeout(20_000), pageRead: () => {} },
    );

  it('reads the lines of a receipt, says which model did and what that cost', async () => {
    const { pages, model, usage, cost } = await recognise();
    expect(pages[0]?.lines.map(({ text }) => text).join('\n')).toBe(receipt.truth.text);
    expect(model).toBe('acme-2');
    expect(usage).toEqual({ pages: 1 });
    expect(cost).toEqual({ currency: 'USD', amount: '0.004' });
  });

  it.each([
    ['a 429', 429, {}, 'rate_limited'],
    ['a 503', 503, {}, 'provider_unavailable'],
    ['a page that it refuses', 422, REFUSED, 'content_refused'],
    ['a page that it cannot open', 422, UNREADABLE, 'corrupt_document'],
    ['an answer that is none', 200, 'hello', 'invalid_result'],
  ])('turns %s into a fault', async (_, status, body, code) => {
    double.fail(1, { kind: 'answer', status, body });
    await expect(recognise()).rejects.toMatchObject({ code });
  });

  it('waits while its key is refused, and has no credit once that is used up', async () => {
    double.takeKey(false);
    await expect(recognise()).rejects.toMatchObject({ code: 'credentials_rejected' });
    await expect(engine.probe?.(AbortSignal.timeout(5_000))).rejects.toMatchObject({
      code: 'credentials_rejected',
    });
    double.takeKey(true);
    double.setCredit(0);
    await expect(recognise()).rejects.toMatchObject({ code: 'credit_exhausted' });
    double.setCredit(null);
  });

  it('does not run without its key, and says so', async () => {
    expect(await provider.configure({})).toEqual({ wants: 'ACME_API_KEY' });
  });
});

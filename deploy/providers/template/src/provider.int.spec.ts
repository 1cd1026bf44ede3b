import { readDocument } from '@inkstream/provider-kit';
import { providerContract } from '@inkstream/provider-kit/contract';
import { generateReceipt } from '@inkstream/testing';
import { type Answer, startDouble } from '@inkstream/testing/provider-doubles';
import { expect, it } from 'vitest';
import { provider } from './provider.ts';
import { acmeVendor } from './spec-support/double.ts';

const said = (status: number, code: string): Answer => ({ status, body: { error: { code, message: code } } });

const env = ({ url, key }: { readonly url: string; readonly key: string | null }) => ({
  ACME_API_KEY: key ?? '',
  ACME_BASE_URL: url,
});

providerContract({
  plugin: provider,
  vendor: acmeVendor,
  env,
  wants: 'ACME_API_KEY',
  errors: [
    { says: 'unreadable', fault: { kind: 'answer', ...said(422, 'unreadable') }, code: 'corrupt_document' },
    { says: 'a 400', fault: { kind: 'answer', ...said(400, 'bad_request') }, code: 'provider_rejected' },
    { says: 'a 503', fault: { kind: 'answer', ...said(503, 'busy') }, code: 'provider_unavailable' },
    {
      says: 'no reading',
      fault: { kind: 'answer', status: 200, body: { lines: 3 } },
      code: 'invalid_result',
    },
  ],
  rateLimit: { silent: said(429, 'too_many'), waits: true },
  refusal: said(422, 'refused'),
  prepaid: true,
  readsText: true,
  resumes: false,
});

it('says which model read a page, and what that cost', async () => {
  await using double = await startDouble(acmeVendor);
  const {
    image: bytes,
    mimeType,
    ...receipt
  } = await generateReceipt({ seed: 1, width: 320, format: 'png' });
  await double.know(bytes, receipt.truth);
  const definition = await provider.configure({ ...env(double), ACME_MODEL: 'acme-3' });
  if ('wants' in definition || !('recognise' in definition.engine)) expect.unreachable('it runs');
  const { signal } = new AbortController();
  expect(await readDocument(definition.engine, { bytes, mimeType }, { signal })).toMatchObject({
    model: 'acme-3',
    usage: { pages: 1 },
    cost: { currency: 'USD', amount: '0.004' },
  });
});

import { recordTelemetry } from '@inkstream/testing/telemetry';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ProviderError } from './provider-error.ts';
import { vendorCalls } from './vendor-call.ts';

let telemetry: ReturnType<typeof recordTelemetry>;
beforeEach(() => {
  telemetry = recordTelemetry();
});
afterEach(() => telemetry.close());

const generative = { operation: 'chat', vendor: 'openai' };
const asked = {
  ...{ 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai' },
  'gen_ai.request.model': 'gpt-6',
};

it('measures calls to a generative model, with its tokens, whether they are well or charged all the same', async () => {
  const call = vendorCalls({ name: 'acme', model: 'gpt-6', generative });
  await call(async () => ({ model: 'gpt-6-2026', usage: { inputTokens: 700, outputTokens: 90 } }));
  const spent = { usage: { inputTokens: 700, outputTokens: 0 } };
  const refused = call(async () => {
    throw new ProviderError('invalid_result', 'Shop, total 4.50', undefined, { spent });
  });
  await expect(refused).rejects.toThrow('Shop');
  const spans = telemetry.spans();
  expect(spans.map(({ name, kind, failed }) => [name, kind, failed])).toEqual([
    ['chat gpt-6', 'client', false],
    ['chat gpt-6', 'client', true],
  ]);
  expect(spans.map(({ attributes }) => attributes)).toEqual([
    {
      ...{ ...asked, 'inkstream.provider': 'acme', 'gen_ai.response.model': 'gpt-6-2026' },
      ...{ 'gen_ai.usage.input_tokens': 700, 'gen_ai.usage.output_tokens': 90 },
    },
    {
      ...{ ...asked, 'inkstream.provider': 'acme', 'error.type': 'invalid_result' },
      ...{ 'gen_ai.usage.input_tokens': 700, 'gen_ai.usage.output_tokens': 0 },
    },
  ]);
  expect(spans.map(({ text }) => text).join()).not.toContain('Shop');
  expect(await telemetry.points('gen_ai.client.operation.duration')).toEqual([
    { attributes: asked, value: 1 },
    { attributes: { ...asked, 'error.type': 'invalid_result' }, value: 1 },
  ]);
  expect(await telemetry.points('gen_ai.client.token.usage')).toEqual([
    { attributes: { ...asked, 'gen_ai.token.type': 'input' }, value: 2 },
    { attributes: { ...asked, 'gen_ai.token.type': 'output' }, value: 2 },
  ]);
});

it('traces calls to any other vendor by the name of the provider', async () => {
  await vendorCalls({ name: 'acme' })(async () => ({}));
  expect(telemetry.spans().map(({ name, kind }) => [name, kind])).toEqual([['call acme', 'client']]);
  expect(await telemetry.points('gen_ai.client.operation.duration')).toEqual([]);
});

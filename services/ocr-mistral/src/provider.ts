import { definePlugin, defineProvider, modelVariables } from '@inkstream/provider-kit';

/** Dollars for annotated pages, which all are, as https://docs.mistral.ai/models has them on 2026-11-29. */
const PRICES = { 'mistral-ocr': { pages: '5/1000' } };
const variables = modelVariables('MISTRAL', {
  keysAt: 'https://console.mistral.ai/api-keys',
  model: 'mistral-ocr-latest',
  baseUrl: 'https://api.mistral.ai',
  adds: '/v1',
  prices: PRICES,
  generative: { operation: 'ocr', vendor: 'mistral_ai' },
});

export const provider = definePlugin({
  name: 'mistral',
  config: variables.config,
  wants: variables.wants,
  async define(values) {
    const { mistralEngine } = await import('./engine.ts');
    const { access, definition } = variables.of(values);
    return defineProvider({
      ...definition,
      name: 'mistral',
      version: '1.0.0',
      description: `Mistral OCR (${access.model})`,
      engine: mistralEngine(access),
    });
  },
});

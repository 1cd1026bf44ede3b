import { definePlugin, defineProvider, modelVariables } from '@inkstream/provider-kit';

/** Dollars for so many tokens, as https://ai.google.dev/gemini-api/docs/pricing has them on 2026-11-29. */
const PRICES = {
  'gemini-3.5-flash-lite': { inputTokens: '0.30/1000000', outputTokens: '2.50/1000000' },
  'gemini-3.6-flash': { inputTokens: '1.50/1000000', outputTokens: '7.50/1000000' },
};
const variables = modelVariables('GEMINI', {
  keysAt: 'https://aistudio.google.com/apikey',
  model: 'gemini-3.5-flash-lite',
  baseUrl: 'https://generativelanguage.googleapis.com',
  adds: '/v1beta',
  prices: PRICES,
  generative: { operation: 'generate_content', vendor: 'gcp.gemini' },
});

export const provider = definePlugin({
  name: 'gemini',
  config: variables.config,
  wants: variables.wants,
  async define(values) {
    const { geminiEngine } = await import('./engine.ts');
    const { access, definition } = variables.of(values);
    return defineProvider({
      ...definition,
      name: 'gemini',
      version: '1.0.0',
      description: `Google Gemini (${access.model})`,
      engine: geminiEngine(access),
    });
  },
});

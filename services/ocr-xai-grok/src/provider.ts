import { definePlugin, defineProvider, modelVariables } from '@inkstream/provider-kit';

/** As https://docs.x.ai/docs/models has them on 2026-11-29; of others the operator says them. */
const PRICES = { 'grok-4.20': { inputTokens: '1.25/1000000', outputTokens: '2.50/1000000' } };
const variables = modelVariables('XAI', {
  keysAt: 'https://console.x.ai',
  model: 'grok-4.20',
  baseUrl: 'https://api.x.ai/v1',
  prices: PRICES,
  generative: { operation: 'chat', vendor: 'x_ai' },
});

export const provider = definePlugin({
  name: 'xai-grok',
  config: variables.config,
  wants: variables.wants,
  async define(values) {
    const { xAiEngine } = await import('./engine.ts');
    const { access, definition } = variables.of(values);
    return defineProvider({
      ...definition,
      name: 'xai-grok',
      version: '1.0.0',
      description: `xAI Grok (${access.model})`,
      aliases: ['grok'],
      engine: xAiEngine(access),
    });
  },
});

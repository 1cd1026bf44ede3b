import { definePlugin, defineProvider, modelVariables } from '@inkstream/provider-kit';

/** As https://platform.openai.com/docs/pricing has them on 2026-11-29. */
const PRICES = { 'gpt-6-luna': { inputTokens: '0.10/1000000', outputTokens: '0.50/1000000' } };
const variables = modelVariables('OPENAI', {
  keysAt: 'https://platform.openai.com/api-keys',
  model: 'gpt-6-luna',
  baseUrl: 'https://api.openai.com/v1',
  prices: PRICES,
  generative: { operation: 'chat', vendor: 'openai' },
});

export const provider = definePlugin({
  name: 'openai',
  config: variables.config,
  wants: variables.wants,
  async define(values) {
    const { openAiEngine } = await import('./engine.ts');
    const { access, definition } = variables.of(values);
    return defineProvider({
      ...definition,
      name: 'openai',
      version: '1.0.0',
      description: `OpenAI (${access.model})`,
      aliases: ['openAi'],
      engine: openAiEngine(access),
    });
  },
});

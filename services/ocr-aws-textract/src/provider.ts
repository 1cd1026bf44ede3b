import { DOCUMENT_TYPES } from '@inkstream/contracts';
import {
  apiKey,
  definePlugin,
  defineProvider,
  documentLimits,
  limitVariables,
  type ProviderDefinition,
  pageLimit,
  prices,
  vendorUrl,
} from '@inkstream/provider-kit';
import { wholeNumber } from '@inkstream/service-kit';
import { z } from 'zod';
import type { TextractAccess } from './engine.ts';

/** What the vendor allows a new account in its smaller regions: a page a second. */
const limits = limitVariables('AWS_TEXTRACT', { requestsPerMinute: 60 });

/** What the provider reads from the environment. The SDK's chain reads more, such as AWS_PROFILE. */
const textractConfig = {
  AWS_REGION: z
    .string()
    .regex(/^[a-z][a-z\d-]{1,62}$/, 'must be a region such as us-east-1')
    .optional()
    .describe('Such as `us-east-1`.'),
  AWS_ACCESS_KEY_ID: apiKey('AWS_ACCESS_KEY_ID').describe(
    'Without it, whatever the default credential chain of the AWS SDK finds: a profile, web identity, a Pod identity.',
  ),
  AWS_SECRET_ACCESS_KEY: apiKey('AWS_SECRET_ACCESS_KEY').describe('Goes with it.'),
  AWS_SESSION_TOKEN: apiKey('AWS_SESSION_TOKEN').describe('Goes with them, if they are temporary.'),
  AWS_TEXTRACT_BASE_URL: vendorUrl().optional().describe('Of another door to the same API.'),
  AWS_TEXTRACT_PRICES: prices({ '': { pages: '0.01/1' } }).describe(
    'JSON of dollars by model, which adds to those that are known.',
  ),
  AWS_TEXTRACT_CONCURRENCY: wholeNumber(1, 256).default(2).describe('Documents read at once.'),
  ...limits.config,
  ...pageLimit,
};
type TextractConfig = z.output<z.ZodObject<typeof textractConfig>>;

function accessOf(config: TextractConfig): TextractAccess {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: session } = config;
  const keys = id && secret ? { id, secret, session } : null;
  return { region: config.AWS_REGION ?? '', baseUrl: config.AWS_TEXTRACT_BASE_URL, keys };
}

/** The region, and credentials that are there now: some chains ask the machine that it runs on. */
async function wants(config: TextractConfig): Promise<string | null> {
  if (!config.AWS_REGION) return 'AWS_REGION';
  const access = accessOf(config);
  if (access.keys) return null;
  const { textractClient } = await import('./engine.ts');
  const client = textractClient(access);
  try {
    await client.config.credentials();
    return null;
  } catch {
    return 'AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY';
  } finally {
    client.destroy();
  }
}

async function define(config: TextractConfig): Promise<ProviderDefinition> {
  const { textractClient, textractEngine } = await import('./engine.ts');
  const prices = config.AWS_TEXTRACT_PRICES;
  const { limiter, budget } = limits.of(config);
  return defineProvider({
    name: 'aws-textract',
    aliases: ['awsTextract'],
    version: '1.0.0',
    description: 'AWS Textract: AnalyzeExpense',
    accepts: [...DOCUMENT_TYPES],
    limits: documentLimits(config),
    concurrency: config.AWS_TEXTRACT_CONCURRENCY,
    timeoutMs: 600_000,
    pageTimeoutMs: 60_000,
    ...budget,
    engine: textractEngine(textractClient(accessOf(config)), { prices, limiter, maxPages: config.MAX_PAGES }),
  });
}

export const provider = definePlugin({ name: 'aws-textract', config: textractConfig, wants, define });

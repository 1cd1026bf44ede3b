import { DOCUMENT_TYPES } from '@inkstream/contracts';
import { wholeNumber } from '@inkstream/service-kit';
import { z } from 'zod';
import type { Limiter } from '../limits/limiter.ts';
import { type LimitVariables, limitVariables } from '../limits/variables.ts';
import { modelEnds } from '../listed-models.ts';
import { documentLimits, pageLimit } from '../page-limit.ts';
import type { ProviderDefinition } from '../provider.ts';
import { apiKey, type Secret } from './api-key.ts';
import { type Prices, pricesAsking, prices as pricesVariable } from './prices.ts';
import { vendorUrl } from './vendor-url.ts';

/** What a vendor of models has. */
interface Vendor {
  /** Where a key is made. */
  readonly keysAt: string;
  /** Which model is asked unless the operator says another. */
  readonly model: string;
  readonly baseUrl: string;
  /** What its client adds to the base URL, such as `/v1`. */
  readonly adds?: string;
  readonly prices: Prices;
  /** What its calls are: see `ProviderDefinition`. */
  readonly generative?: NonNullable<ProviderDefinition['generative']>;
}

/** What an engine needs to call a model. */
export interface ModelAccess {
  readonly key: Secret;
  readonly model: string;
  readonly baseUrl: string;
  readonly prices: Prices;
  readonly limits: { readonly maxPages: number };
  readonly limiter: Limiter;
}

const variablesOf = (name: string, { keysAt, model, baseUrl, adds, prices }: Vendor) => ({
  API_KEY: apiKey(`${name}_API_KEY`).describe(`From ${keysAt}.`),
  MODEL: z.string().trim().min(1).default(model).describe('As the vendor lists it.'),
  MODEL_ENDS: modelEnds,
  BASE_URL: vendorUrl()
    .default(baseUrl)
    .describe(`Of another door to the same API${adds ? `, without \`${adds}\`` : ''}.`),
  PRICES: pricesVariable(prices).describe('JSON of dollars by model, which adds to those that are known.'),
  CONCURRENCY: wholeNumber(1, 256).default(4).describe('Documents read at once.'),
});
type Variables = ReturnType<typeof variablesOf>;
type Config<Name extends string> = {
  [V in keyof Variables & string as `${Name}_${V}`]: Variables[V];
} & LimitVariables<Name>['config'] &
  typeof pageLimit;
type Values<Name extends string> = z.output<z.ZodObject<Config<Name>>>;

/**
 * All variables of a provider that asks a vendor's model for pages or documents, by its `name`: `OPENAI_API_KEY`,
 * `OPENAI_MODEL` and so on, with those of `limitVariables`.
 */
export function modelVariables<Name extends string>(name: Name, vendor: Vendor) {
  const account = limitVariables(name);
  const own = Object.entries(variablesOf(name, vendor)).map(([key, schema]) => [`${name}_${key}`, schema]);
  const read = <V extends keyof Variables>(values: Values<Name>, variable: V) =>
    (values as Record<string, unknown>)[`${name}_${variable}`] as z.output<Variables[V]>;
  return {
    /** For a plugin's `config`. */
    config: { ...Object.fromEntries(own), ...account.config, ...pageLimit } as Config<Name>,
    /** For its `wants`. */
    wants: (values: Values<Name>) => (read(values, 'API_KEY') ? null : `${name}_API_KEY`),
    /** For its `define`: what its engine needs, and what goes into its definition. `wants` has made sure of the key. */
    of(values: Values<Name>): {
      readonly access: ModelAccess;
      readonly definition: Omit<ProviderDefinition, 'name' | 'version' | 'description' | 'engine'>;
    } {
      const model = read(values, 'MODEL');
      const prices = pricesAsking(read(values, 'PRICES'), model);
      const { limiter, budget } = account.of(values as Parameters<typeof account.of>[0]);
      const { MAX_PAGES: maxPages } = values as z.output<z.ZodObject<typeof pageLimit>>;
      const ends = read(values, 'MODEL_ENDS');
      return {
        access: {
          key: read(values, 'API_KEY') as Secret,
          model,
          baseUrl: read(values, 'BASE_URL'),
          prices,
          limits: { maxPages },
          limiter,
        },
        definition: {
          model,
          ...(vendor.generative && { generative: vendor.generative }),
          ...(ends !== undefined && { modelEnds: ends }),
          accepts: [...DOCUMENT_TYPES],
          limits: documentLimits({ MAX_PAGES: maxPages }),
          concurrency: read(values, 'CONCURRENCY'),
          timeoutMs: 900_000,
          pageTimeoutMs: 180_000,
          ...budget,
        },
      };
    },
  };
}

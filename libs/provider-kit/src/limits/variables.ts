import { ConfigError, wholeNumber } from '@inkstream/service-kit';
import { z } from 'zod';
import { isPriced, type Prices } from '../http/prices.ts';
import type { ProviderDefinition } from '../provider.ts';
import { defaultRetryPolicy } from '../retry-policy.ts';
import { type AccountLimits, Limiter } from './limiter.ts';

/** Dollars, as a decimal number such as 0.05. */
const dollars = z
  .string()
  .regex(/^(?=.*[1-9])\d{1,9}(\.\d{1,6})?$/, 'must be US dollars such as 20 or 0.05, more than 0')
  .transform((amount) => ({ amount, currency: 'USD' }));

const count = wholeNumber(1, 1_000_000_000);

/** Each description is a row of docs/providers.md. */
const VARIABLES = {
  REQUESTS_PER_MINUTE: count
    .optional()
    .describe('Requests in any minute that the account allows, all replicas together.'),
  TOKENS_PER_MINUTE: count
    .optional()
    .describe('Tokens in any minute that the account allows, all replicas together.'),
  MAX_IN_FLIGHT: count
    .optional()
    .describe('Calls at once that the account allows, all replicas together; no fewer than replicas.'),
  MAX_COST_USD: dollars
    .optional()
    .describe('The most that reading one document may cost, in US dollars: what is left of it is not read.'),
  MAX_ATTEMPTS: wholeNumber(1, 100)
    .default(defaultRetryPolicy.maxAttempts)
    .describe('How often a document is tried before it has failed.'),
  DAILY_BUDGET_USD: dollars
    .optional()
    .describe('The most that may be spent in a day of UTC, in US dollars: then the provider pauses.'),
};
type Variables = typeof VARIABLES;
type Named<Name extends string> = { [V in keyof Variables & string as `${Name}_${V}`]: Variables[V] };
type Values<Name extends string> = z.output<z.ZodObject<Named<Name>>>;

export interface LimitVariables<Name extends string> {
  /** For a plugin's `config`. */
  readonly config: Named<Name>;
  /**
   * For its `define`: the limiter of its engine, and what goes into its definition.
   *
   * @throws ConfigError if it is to spend no more than so much, and what it spends is not known for want of a price.
   */
  of(values: Values<Name>): {
    readonly limiter: Limiter;
    readonly budget: Pick<ProviderDefinition, 'maxCost' | 'dailyBudget' | 'maxAttempts'>;
  };
}

function assertPriced(name: string, values: Readonly<Record<string, unknown>>): void {
  const table = values[`${name}_PRICES`] as Prices | undefined;
  const model = values[`${name}_MODEL`] as string | undefined;
  if (!table || isPriced(table, model)) return;
  const limit = ['MAX_COST_USD', 'DAILY_BUDGET_USD'].find((variable) => values[`${name}_${variable}`]);
  const what = model === undefined ? 'no price' : `no price of '${model}'`;
  if (limit) throw new ConfigError(`${name}_${limit}: would limit nothing, ${name}_PRICES has ${what}`);
}

/**
 * The variables by which an operator limits a remote provider: `OPENAI_REQUESTS_PER_MINUTE` and so on, by its `name`,
 * `OPENAI`. `defaults`: what the vendor's smallest account allows.
 */
export function limitVariables<Name extends string>(
  name: Name,
  defaults: AccountLimits = {},
): LimitVariables<Name> {
  const entries = Object.entries(VARIABLES).map(([variable, schema]) => [`${name}_${variable}`, schema]);
  return {
    config: Object.fromEntries(entries) as Named<Name>,
    of(values) {
      const read = <V extends keyof Variables>(variable: V) =>
        (values as Record<string, unknown>)[`${name}_${variable}`] as z.output<Variables[V]>;
      assertPriced(name, values);
      return {
        limiter: new Limiter({
          requestsPerMinute: read('REQUESTS_PER_MINUTE') ?? defaults.requestsPerMinute,
          tokensPerMinute: read('TOKENS_PER_MINUTE') ?? defaults.tokensPerMinute,
          maxInFlight: read('MAX_IN_FLIGHT') ?? defaults.maxInFlight,
        }),
        budget: {
          maxCost: read('MAX_COST_USD'),
          dailyBudget: read('DAILY_BUDGET_USD'),
          maxAttempts: read('MAX_ATTEMPTS'),
        },
      };
    },
  };
}

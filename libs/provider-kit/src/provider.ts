import { type Provider, providerSchema } from '@inkstream/contracts';
import type { Cost } from '@inkstream/domain';
import type { Engine, WorkerEngine } from './engine.ts';

/** Everything that the kit must know to make an engine a service. */
export interface ProviderDefinition extends Provider {
  /** Documents that are read at once. */
  readonly concurrency: number;
  /** Longest time of one attempt, ms. */
  readonly timeoutMs: number;
  /** Longest time of one page, ms, for an engine that says when it has read one; as long as the attempt by default. */
  readonly pageTimeoutMs?: number;
  /** The most that reading one document may cost, all attempts together: no call is made beyond it. */
  readonly maxCost?: Cost | undefined;
  /** The most that the provider may spend in a day of UTC, all replicas together: it pauses then until the next one. */
  readonly dailyBudget?: Cost | undefined;
  /** A hash of its settings that decide on what it reads, beside its model: results of other settings are not reused. */
  readonly settings?: string;
  /** Attempts until a document has failed; those that met a provider that is down, or were lost with it, don't count. */
  readonly maxAttempts?: number | undefined;
  /**
   * What its calls are, if a generative model answers them, in the words of OpenTelemetry's conventions:
   * `gen_ai.operation.name` and `gen_ai.provider.name`, such as `chat` and `openai`.
   */
  readonly generative?: { readonly operation: string; readonly vendor: string };
  readonly engine: Engine | WorkerEngine;
}

/**
 * Checks a definition.
 *
 * @throws z.ZodError if name, accepted types or limits are not valid.
 */
export function defineProvider(definition: ProviderDefinition): ProviderDefinition {
  providerSchema.parse(definition);
  return definition;
}

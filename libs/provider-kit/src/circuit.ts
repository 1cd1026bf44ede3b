import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhenResult,
} from 'cockatiel';
import { isProviderWide } from './provider-error.ts';
import type { Outcome } from './recognise.ts';

/** When a provider counts as down, and how soon it is tried again. Times in ms. */
export interface CircuitOptions {
  /** Provider-wide faults in a row until the circuit opens. */
  readonly failures: number;
  /** Wait before the first probe, and the most; it doubles between. */
  readonly firstProbeMs: number;
  readonly maxProbeMs: number;
}

export const defaultCircuitOptions: CircuitOptions = { failures: 5, firstProbeMs: 1_000, maxProbeMs: 60_000 };

/** What became of a call: null where the circuit is open and nothing was called. */
export interface Circuit {
  call<T extends { readonly outcome: Outcome }>(work: () => Promise<T>): Promise<T | null>;
  readonly open: boolean;
  onOpen(listener: () => void): void;
  onClosed(listener: () => void): void;
}

/** A circuit breaker over a provider: only faults that say something of the provider as a whole count. */
export function createCircuit({ failures, firstProbeMs, maxProbeMs }: CircuitOptions): Circuit {
  const failed = (result: unknown) => {
    const { outcome } = result as { outcome: Outcome };
    return !outcome.ok && isProviderWide(outcome.fault.code);
  };
  const breaker = circuitBreaker(handleWhenResult(failed), {
    breaker: new ConsecutiveBreaker(failures),
    halfOpenAfter: new ExponentialBackoff({ initialDelay: firstProbeMs, maxDelay: maxProbeMs }),
  });
  return {
    async call(work) {
      try {
        return await breaker.execute(work);
      } catch (error) {
        if (error instanceof BrokenCircuitError) return null;
        throw error;
      }
    },
    get open() {
      return breaker.state !== CircuitState.Closed;
    },
    onOpen: (listener) => void breaker.onBreak(listener),
    onClosed: (listener) => void breaker.onReset(listener),
  };
}

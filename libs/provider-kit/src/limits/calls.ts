import type { MakeCall } from '../engine.ts';
import type { TimeLimits } from '../time-limits.ts';
import type { Limiter } from './limiter.ts';
import type { Purse } from './purse.ts';

interface CallsOptions {
  readonly limiter: Limiter | undefined;
  readonly purse: Purse;
  readonly limits: Pick<TimeLimits, 'pause' | 'resume'>;
  /** Makes the call itself. */
  readonly make: MakeCall;
  /** Aborts what waits for its turn. */
  readonly signal: AbortSignal;
}

/**
 * The calls of an attempt, within the limits. Time stands still while all that is under way of it waits for its turn: a
 * vendor that allows little is neither slow nor hung.
 */
export function callsWithin({ limiter, purse, limits, make, signal }: CallsOptions): MakeCall {
  let waiting = 0;
  let calling = 0;
  const tell = () => (waiting > 0 && calling === 0 ? limits.pause() : limits.resume());
  return async (call, options) => {
    const counted = async () => {
      calling++;
      waiting--;
      tell();
      try {
        await purse.afford();
        const answer = await make(call);
        purse.spend(answer);
        return answer;
      } catch (error) {
        purse.spendOn(error);
        throw error;
      } finally {
        calling--;
        waiting++;
        tell();
      }
    };
    await purse.afford();
    waiting++;
    tell();
    try {
      return await (limiter ? limiter.run(counted, { ...options, signal }) : counted());
    } finally {
      waiting--;
      tell();
    }
  };
}

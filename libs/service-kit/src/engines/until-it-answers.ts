import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import { fullDiskOf, isTransientFault } from '../transient.ts';

const LIMIT_MS = 120_000;
const PING_LIMIT_MS = 5_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

interface Pingable {
  ping(signal?: AbortSignal): Promise<void>;
}

/**
 * Waits for an engine that starts beside the service, or comes back: services and engines may start in any order.
 *
 * @throws Error what the engine said last, where it has not answered within two minutes.
 */
export async function untilItAnswers(
  name: string,
  engine: Pingable,
  log: Pick<Logger, 'warn'>,
  limitMs = LIMIT_MS,
): Promise<void> {
  const giveUpAt = performance.now() + limitMs;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      return await engine.ping(AbortSignal.timeout(PING_LIMIT_MS));
    } catch (err) {
      // A store that is full answers: reads are served, and deletions make room.
      if (fullDiskOf(err)) {
        log.warn({ err, engine: name }, 'an engine is full');
        return;
      }
      if (!isTransientFault(err) || performance.now() + waitMs > giveUpAt) throw err;
      log.warn({ err, engine: name, retryInMs: waitMs }, 'waiting for an engine');
      await sleep(waitMs);
    }
  }
}

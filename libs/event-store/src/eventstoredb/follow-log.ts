import { setTimeout as sleep } from 'node:timers/promises';
import type { Position, SubscriptionStep } from '../event-store.ts';
import { BEFORE_EVERYTHING } from './position.ts';
import { type SubscriptionSource, subscribeOnce } from './subscription.ts';

const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 5_000;

export interface FollowLogOptions extends SubscriptionSource {
  readonly after: Position | undefined;
  readonly log?: { warn(details: object, message: string): void } | undefined;
}

/**
 * The log for as long as the signal lets it: where a subscription breaks, another begins after the last step, since
 * those of the client never come back by themselves.
 */
export async function* followLog({
  after = BEFORE_EVERYTHING,
  log,
  ...source
}: FollowLogOptions): AsyncGenerator<SubscriptionStep> {
  const { signal } = source;
  let position = after;
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      for await (const step of subscribeOnce(source, position)) {
        position = step.position;
        failures = 0;
        yield step;
      }
    } catch (err) {
      const retryInMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures);
      log?.warn({ err, after: position, retryInMs }, 'A subscription to the event log is interrupted');
      await sleep(retryInMs, undefined, { signal }).catch(() => {});
    }
  }
}

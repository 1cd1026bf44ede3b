import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidPositionError, PositionBeyondEndError } from '../errors.ts';
import type { Position, SubscriptionStep } from '../event-store.ts';
import { BEFORE_EVERYTHING, formatPosition, parsePosition } from './position.ts';
import type { RenewableClient } from './renewable-client.ts';
import { SilentSubscriptionError, type SubscriptionSource, subscribeOnce } from './subscription.ts';

const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 5_000;

export interface FollowLogOptions extends SubscriptionSource {
  readonly clients: RenewableClient;
  readonly after: Position | undefined;
  readonly log?: { warn(details: object, message: string): void } | undefined;
  /** Called each time that a subscription went silent and is renewed. */
  readonly onSilence?: (() => void) | undefined;
}

/**
 * The log, until the signal aborts: if a subscription breaks, another one begins after the last step, since
 * those of the client never come back by themselves. One that went silent begins on another node if there is one.
 *
 * @throws InvalidPositionError
 * @throws PositionBeyondEndError
 */
export async function* followLog({
  clients,
  after = BEFORE_EVERYTHING,
  log,
  onSilence,
  ...source
}: FollowLogOptions): AsyncGenerator<SubscriptionStep> {
  const { signal } = source;
  // Checking a signal that depends on others costs more than the rest of a step.
  let left = signal.aborted;
  signal.addEventListener('abort', () => {
    left = true;
  });
  let position = formatPosition(parsePosition(after));
  for (let failures = 0; !signal.aborted; failures++) {
    const { client } = clients;
    try {
      for await (const steps of subscribeOnce(client, source, position)) {
        failures = 0;
        for (const step of steps) {
          if (left) return;
          position = step.position;
          yield step;
        }
      }
    } catch (err) {
      if (err instanceof InvalidPositionError || err instanceof PositionBeyondEndError) throw err;
      if (err instanceof SilentSubscriptionError) {
        clients.renew(client);
        onSilence?.();
      }
      const retryInMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures);
      log?.warn({ err, after: position, retryInMs }, 'A subscription to the event log is interrupted');
      await sleep(retryInMs, undefined, { signal }).catch(() => {});
    }
  }
}

import { setImmediate } from 'node:timers/promises';
import type { Wakeup } from '@inkstream/sqlite';
import { PositionBeyondEndError } from '../errors.ts';
import type { Position, SubscriptionStep } from '../event-store.ts';
import type { LogPage } from './reader.ts';
import { formatPosition, parsePosition, toRecordedEvent } from './rows.ts';

/** How long what another process wrote to the file may go unnoticed, in ms. */
const POLL_MS = 250;

export interface SubscriptionSource {
  /** The page after a sequence number; undefined if the database does not answer now. */
  readonly readPage: (after: number) => LogPage | undefined;
  /** The last sequence number that the log ever assigned; undefined if the database does not answer now. */
  readonly lastSequence: () => number | undefined;
  readonly appended: Wakeup;
  readonly signal: AbortSignal;
}

/**
 * The log page by page, then each time that something was appended; a step of its own says `caughtUp`.
 *
 * @throws InvalidPositionError
 * @throws PositionBeyondEndError
 */
export async function* followLog(
  { readPage, lastSequence, appended, signal }: SubscriptionSource,
  after: Position | undefined,
): AsyncGenerator<SubscriptionStep> {
  let sequence = parsePosition(after);
  if (signal.aborted) return;
  const last = lastSequence() ?? sequence;
  if (sequence > last) throw new PositionBeyondEndError(`The log ends at ${last}, before ${sequence}`);
  let announced: number | undefined;
  while (!signal.aborted) {
    const page = readPage(sequence);
    if (page === undefined || (page.last && page.considered === announced)) {
      // Only straight after a check: events that came while the caller worked have already been notified.
      await appended.wait(POLL_MS, signal);
      continue;
    }
    const { events, considered, last } = page;
    for (const row of events) {
      if (signal.aborted) return;
      sequence = row.position;
      const event = toRecordedEvent(row);
      yield { position: event.position, event };
    }
    if (signal.aborted) return;
    if (last) yield { position: formatPosition(considered), caughtUp: true };
    else if (considered > sequence) yield { position: formatPosition(considered) };
    if (last) announced = considered;
    sequence = considered;
    await setImmediate();
  }
}

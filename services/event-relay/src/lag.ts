import { observe } from '@inkstream/service-kit';
import type { Batch, OpenBatch } from './open-batch.ts';

/**
 * How far the relay is behind the log. It reads no further ahead than two batches, so that what it has read and not
 * published is at most 1,000 events: the oldest of them says how late it is, however many follow.
 */
export class RelayLag {
  #open: OpenBatch | undefined;
  #publishing: Batch | undefined;
  /** When the oldest event was recorded that an interrupted try has not published. */
  #interrupted: string | undefined;

  /** A try begins, whose events are gathered there. */
  begin(open: OpenBatch): void {
    this.#open = open;
  }

  /** The batch is about to be published. */
  publishes(batch: Batch): void {
    this.#publishing = batch;
  }

  published(): void {
    this.#publishing = undefined;
    this.#interrupted = undefined;
  }

  /** The try failed: what it had read is read again, unless somebody else has published it. */
  interrupt(): void {
    this.#interrupted = this.oldestAt;
    this.#publishing = undefined;
    this.#open = undefined;
  }

  /** Events that were read and are not published. */
  get events(): number {
    return (this.#publishing?.events ?? 0) + (this.#open?.events ?? 0);
  }

  /** When the oldest event that is not published was recorded, ISO 8601; undefined if there is none. */
  get oldestAt(): string | undefined {
    const known = [this.#interrupted, this.#publishing?.oldestAt, this.#open?.oldestAt];
    return known.filter((at) => at !== undefined).toSorted()[0];
  }
}

/** Reports it while it is this relay's turn, until it is closed. */
export function observeLag(lag: RelayLag, isActive: () => boolean, now: () => Date): { close(): void } {
  const measured = (read: () => number) => () => (isActive() ? read() : undefined);
  const delay = () =>
    lag.oldestAt === undefined ? 0 : Math.max(0, now().getTime() - Date.parse(lag.oldestAt)) / 1_000;
  const gauges = [
    observe(
      'inkstream.relay.lag',
      { unit: '{event}', description: 'Events that were read from the log and not published, 1,000 at most' },
      measured(() => lag.events),
    ),
    observe(
      'inkstream.relay.delay',
      { unit: 's', description: 'Age of the oldest event that was not published' },
      measured(delay),
    ),
  ];
  return {
    close() {
      for (const gauge of gauges) gauge.close();
    },
  };
}

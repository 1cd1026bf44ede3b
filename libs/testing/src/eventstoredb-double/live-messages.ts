import type { EventLog } from './event-log.ts';
import type { RecordedEvent } from './events.ts';

/** What a live subscription is told: an event, or that one was considered at which a checkpoint is due. */
export interface LiveMessage {
  readonly kind: 'event' | 'checkpoint';
  /** Counts from 1; a number that is left out was dropped. */
  readonly number: number;
  readonly event: RecordedEvent;
}

/** How many messages a server keeps for a subscriber that is slow. */
const KEPT = 32;

/** Which events of the log are messages to a subscription. */
export interface Selection {
  readonly matches: (event: RecordedEvent) => boolean;
  /** After how many considered events, from the subscription's begin on, a checkpoint is due. */
  readonly checkpointInterval: number;
}

/** The messages of what is committed from now on. The oldest ones are dropped when they are not taken in time. */
export class LiveMessages {
  readonly #selection: Selection;
  readonly #kept: LiveMessage[] = [];
  #number = 0;
  #considered = 0;
  #wake: () => void = () => undefined;

  constructor(log: EventLog, selection: Selection, signal: AbortSignal) {
    this.#selection = selection;
    if (signal.aborted) return;
    const forget = log.onCommit((events) => {
      for (const event of events) this.#consider(event);
      this.#wake();
    });
    signal.addEventListener('abort', () => {
      forget();
      this.#wake();
    });
  }

  /** The oldest message that is kept, as soon as there is one; undefined when the signal aborts. */
  async next(signal: AbortSignal): Promise<LiveMessage | undefined> {
    while (!signal.aborted) {
      const message = this.#kept.shift();
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return undefined;
  }

  #consider(event: RecordedEvent): void {
    this.#considered += 1;
    if (this.#selection.matches(event)) this.#keep('event', event);
    if (this.#considered % this.#selection.checkpointInterval === 0) this.#keep('checkpoint', event);
  }

  #keep(kind: LiveMessage['kind'], event: RecordedEvent): void {
    this.#number += 1;
    this.#kept.push({ kind, number: this.#number, event });
    if (this.#kept.length > KEPT) this.#kept.shift();
  }
}

import { isLaterRelease } from '../errors.ts';

/** How often it is logged again that messages wait for an upgrade, in ms: there may be thousands. */
const SAY_EVERY_MS = 60_000;

interface Log {
  error(details: object, message: string): void;
}

/** Logs that a consumer has met messages of a later release, from time to time while it does. */
export class LaterReleaseLog {
  readonly #log: Log | undefined;
  readonly #consumer: { readonly topic: string; readonly group: string };
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(log: Log | undefined, { topic, group }: { readonly topic: string; readonly group: string }) {
    this.#log = log;
    this.#consumer = { topic, group };
  }

  /** A delivery failed for this reason. */
  note(err: unknown, offset: string): void {
    if (!isLaterRelease(err) || performance.now() - this.#saidAt < SAY_EVERY_MS) return;
    this.#saidAt = performance.now();
    this.#log?.error(
      { ...this.#consumer, offset, err },
      'Messages of a later release are waiting: upgrade this consumer',
    );
  }
}

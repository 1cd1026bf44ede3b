import { DEFAULT_GRACE_MS, doneWithin, HAND_BACK_MS } from '../delivery/grace.ts';
import { DeliveryRevokedError } from '../errors.ts';
import type { ConsumeOptions, Consumer } from '../message-bus.ts';
import type { Pending } from './backlog.ts';

/** The member's interface to its group. */
export interface MemberHost {
  /** The member can take messages again. */
  wake(): void;
  /** The member is closed; these were in flight and not finished. */
  leave(member: Member, unfinished: readonly Pending[]): void;
}

/** One consumer of a group, and its messages in flight. */
export class Member implements Consumer {
  readonly options: ConsumeOptions;
  readonly #host: MemberHost;
  readonly #abort = new AbortController();
  readonly #inFlight = new Set<Pending>();
  readonly #emptied = Promise.withResolvers<void>();
  #paused = false;
  #closing: Promise<void> | undefined;

  constructor(options: ConsumeOptions, host: MemberHost) {
    this.options = options;
    this.#host = host;
  }

  /** Aborts when the member gives up its messages in flight. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** How many more messages it can take now. */
  get capacity(): number {
    return this.#paused || this.#closing ? 0 : this.options.concurrency - this.#inFlight.size;
  }

  take(pending: Pending): void {
    this.#inFlight.add(pending);
  }

  /** Ends the flight of a message; false if the member left without it. */
  drop(pending: Pending): boolean {
    const dropped = this.#inFlight.delete(pending);
    if (this.#closing && this.#inFlight.size === 0) this.#emptied.resolve();
    return dropped;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#host.wake();
  }

  close({ graceMs = DEFAULT_GRACE_MS }: { graceMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    if (this.#inFlight.size > 0 && !(await doneWithin(this.#emptied.promise, graceMs))) {
      this.#abort.abort(new DeliveryRevokedError('closing'));
      // For the handlers that react to the signal; the others are not waited for.
      await doneWithin(this.#emptied.promise, HAND_BACK_MS);
    }
    const unfinished = [...this.#inFlight];
    this.#inFlight.clear();
    this.#host.leave(this, unfinished);
  }
}

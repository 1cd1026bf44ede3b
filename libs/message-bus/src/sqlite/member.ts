import { setImmediate, setTimeout } from 'node:timers/promises';
import type { ConsumeOptions, Consumer } from '../message-bus.ts';
import type { Entry } from './topic-log.ts';

const DEFAULT_GRACE_MS = 10_000;

/** The member's way to its group. */
export interface MemberHost {
  /** The member can take messages again. */
  wake(): void;
  /** A message that the member had in hand and did not finish. */
  giveBack(entry: Entry): void;
  leave(member: Member): void;
}

/** One consumer of a group, and the messages that it has in hand. */
export class Member implements Consumer {
  readonly options: ConsumeOptions;
  readonly #host: MemberHost;
  readonly #abort = new AbortController();
  readonly #inHand = new Set<Entry>();
  #paused = false;
  #closing: Promise<void> | undefined;
  #emptied: (() => void) | undefined;

  constructor(options: ConsumeOptions, host: MemberHost) {
    this.options = options;
    this.#host = host;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** How many more messages it can take now. */
  get capacity(): number {
    return this.#paused || this.#closing ? 0 : this.options.concurrency - this.#inHand.size;
  }

  take(entry: Entry): void {
    this.#inHand.add(entry);
  }

  /** Takes a message out of hand; false where it was given back before. */
  drop(entry: Entry): boolean {
    const dropped = this.#inHand.delete(entry);
    if (this.#inHand.size === 0) this.#emptied?.();
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
    if (this.#inHand.size > 0) {
      const emptied = new Promise<void>((resolve) => {
        this.#emptied = resolve;
      });
      const waiting = new AbortController();
      await Promise.race([emptied, setTimeout(graceMs, undefined, waiting).catch(() => {})]);
      waiting.abort();
    }
    this.#abort.abort();
    // One turn for the handlers that heed the signal; the others are left to themselves.
    await setImmediate();
    for (const entry of this.#inHand) this.#host.giveBack(entry);
    this.#inHand.clear();
    this.#host.leave(this);
  }
}

import type { Assignment } from './assignment.ts';
import type { Log } from './log.ts';
import type { Committed } from './partition.ts';

/** The least time between commits, in ms: what was finished since the last one is redelivered after a crash. */
const EVERY_MS = 500;
const RETRY_MS = 500;

/** Commits the offsets of an assignment, soon after they changed. */
export class Committer {
  readonly #assignment: Assignment;
  readonly #commit: (places: ReadonlyMap<number, Committed>) => Promise<void>;
  readonly #log: Log | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<boolean> | undefined;
  #stopped = false;

  constructor(
    assignment: Assignment,
    commit: (places: ReadonlyMap<number, Committed>) => Promise<void>,
    log: Log | undefined,
  ) {
    this.#assignment = assignment;
    this.#commit = commit;
    this.#log = log;
  }

  /** Something was finished. */
  schedule(afterMs = EVERY_MS): void {
    if (this.#stopped) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.now();
    }, afterMs);
  }

  /** Commits now. Returns false if it was not possible: it is retried later. */
  async now(): Promise<boolean> {
    await this.#running;
    this.#running = this.#attempt();
    return this.#running;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #attempt(): Promise<boolean> {
    try {
      await this.#assignment.verified();
      const places = this.#assignment.toCommit();
      if (places.size === 0) return true;
      await this.#commit(places);
      this.#assignment.markCommitted(places);
      return true;
    } catch (err) {
      this.#log?.debug({ err }, 'Offsets could not be committed now');
      this.schedule(RETRY_MS);
      return false;
    }
  }
}

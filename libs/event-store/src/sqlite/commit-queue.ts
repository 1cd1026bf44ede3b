import type { DatabaseSync } from 'node:sqlite';
import { isEngineFault, transaction } from '@inkstream/sqlite';

interface Entry {
  readonly work: () => void;
  readonly settle: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: what is asked for while the event loop turns once is done in one transaction, with one fsync.
 * While that one blocks, the next requests gather in the sockets, so the groups grow with the load by themselves.
 */
export class CommitQueue {
  readonly #db: DatabaseSync;
  readonly #toFault: (cause: unknown) => unknown;
  #entries: Entry[] = [];

  /** `toFault` makes what callers see of a fault of the engine. */
  constructor(db: DatabaseSync, toFault: (cause: unknown) => unknown) {
    this.#db = db;
    this.#toFault = toFault;
  }

  /**
   * Runs `work` in the next transaction and resolves once that is committed. Where it throws an error of its own
   * it alone is rejected, so it must throw before it writes; a fault of the engine rejects the whole group.
   */
  run<T>(work: () => T, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: { value: T } | { error: unknown };
      const attempt = () => {
        try {
          signal?.throwIfAborted();
          result = { value: work() };
        } catch (error) {
          if (isEngineFault(error)) throw error;
          result = { error };
        }
      };
      const settle = () => ('value' in result ? resolve(result.value) : reject(result.error));
      if (this.#entries.push({ work: attempt, settle, reject }) === 1) setImmediate(() => this.flush());
    });
  }

  /** Commits what is queued, now. */
  flush(): void {
    const group = this.#entries;
    if (group.length === 0) return;
    this.#entries = [];
    try {
      transaction(this.#db, () => {
        for (const { work } of group) work();
      });
    } catch (error) {
      for (const { reject } of group) reject(this.#toFault(error));
      return;
    }
    for (const { settle } of group) settle();
  }
}

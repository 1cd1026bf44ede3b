import type { DatabaseSync } from 'node:sqlite';
import { isDatabaseFault, transaction, type WalSync } from '@inkstream/sqlite';

interface Entry {
  readonly work: () => void;
  readonly settle: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: what is queued during one turn of the event loop runs in one transaction, and all transactions that are
 * committed while the log is being synced share the next sync. So the groups grow with the load by themselves.
 */
export class CommitQueue {
  readonly #db: DatabaseSync;
  readonly #wal: WalSync;
  readonly #toFault: (cause: unknown) => unknown;
  #entries: Entry[] = [];
  #settled: Promise<void> = Promise.resolve();

  /** `toFault` turns a fault of the database into the error that callers see. */
  constructor(db: DatabaseSync, wal: WalSync, toFault: (cause: unknown) => unknown) {
    this.#db = db;
    this.#wal = wal;
    this.#toFault = toFault;
  }

  /**
   * Runs `work` in the next transaction and resolves once that is committed and on the disk. If it throws an error of
   * its own, it alone is rejected, so it must throw before it writes; a fault of the database rejects the whole group.
   */
  run<T>(work: () => T, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: { value: T } | { error: unknown };
      const attempt = () => {
        try {
          signal?.throwIfAborted();
          result = { value: work() };
        } catch (error) {
          if (isDatabaseFault(error)) throw error;
          result = { error };
        }
      };
      const settle = () => ('value' in result ? resolve(result.value) : reject(result.error));
      if (this.#entries.push({ work: attempt, settle, reject }) === 1) setImmediate(() => void this.flush());
    });
  }

  /** Commits what is queued, now. Resolves once all that was committed before is settled. */
  flush(): Promise<void> {
    const group = this.#entries;
    if (group.length === 0) return this.#settled;
    this.#entries = [];
    const reject = (error: unknown) => {
      for (const entry of group) entry.reject(this.#toFault(error));
    };
    try {
      transaction(this.#db, () => {
        for (const { work } of group) work();
      });
    } catch (error) {
      reject(error);
      return this.#settled;
    }
    this.#settled = this.#wal.durable().then(() => {
      for (const { settle } of group) settle();
    }, reject);
    return this.#settled;
  }
}

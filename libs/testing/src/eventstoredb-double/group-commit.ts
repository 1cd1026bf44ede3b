import type { DatabaseSync } from 'node:sqlite';

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes of the same turn of the event loop share a transaction, and so one flush to the disk: each is answered
 * when it is durable, and the more there are, the less each costs.
 */
export class GroupCommit {
  readonly #db: DatabaseSync;
  readonly #onCommit: () => void;
  readonly #onRollback: () => void;
  #waiting: Waiting[] = [];

  constructor(db: DatabaseSync, on: { commit: () => void; rollback: () => void }) {
    this.#db = db;
    this.#onCommit = on.commit;
    this.#onRollback = on.rollback;
  }

  /** Runs the work at once, and returns its result when what it wrote is durable. A throw undoes the whole group. */
  async run<T>(work: () => T): Promise<T> {
    if (this.#waiting.length === 0) {
      this.#db.exec('BEGIN IMMEDIATE');
      setImmediate(() => this.flush());
    }
    const durable = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    durable.catch(() => undefined);
    try {
      const result = work();
      await durable;
      return result;
    } catch (error) {
      if (this.#db.isOpen && this.#db.isTransaction) this.#undo(error);
      throw error;
    }
  }

  /** Makes durable what waits. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    try {
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#undo(error);
      return;
    }
    const committed = this.#waiting;
    this.#waiting = [];
    for (const { resolve } of committed) resolve();
    this.#onCommit();
  }

  #undo(error: unknown): void {
    const undone = this.#waiting;
    this.#waiting = [];
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
    this.#onRollback();
    for (const { reject } of undone) reject(error);
  }
}

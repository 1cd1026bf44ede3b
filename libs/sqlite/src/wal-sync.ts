import { type FileHandle, open } from 'node:fs/promises';
import { SharedWork } from '@inkstream/shared-work';

/**
 * Makes commits durable without holding the event loop. SQLite with `synchronous=FULL` syncs the write-ahead log
 * within each commit, which blocks the thread for milliseconds; with `NORMAL` it leaves that to us, and we sync the
 * same file from libuv's threads, once for all commits that were made before it began (group commit).
 *
 * A commit is its frames in the log (https://sqlite.org/wal.html), so it is durable once the log is synced after it.
 * Before the log begins again, SQLite syncs it and the database itself, in `NORMAL` too.
 */
export class WalSync {
  readonly #file: string;
  readonly #shared = new SharedWork(() => this.#sync());
  #log: FileHandle | undefined;

  /** `file` is that of the database; its log must exist, which it does once anything was written. */
  constructor(file: string) {
    this.#file = `${file}-wal`;
  }

  /** Resolves once all commits that were made before are on the disk. */
  durable(): Promise<void> {
    return this.#shared.run();
  }

  async close(): Promise<void> {
    await this.#log?.close();
  }

  async #sync(): Promise<void> {
    this.#log ??= await open(this.#file, 'r+');
    await this.#log.datasync();
  }
}

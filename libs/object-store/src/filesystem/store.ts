import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, mkdir, open, readdir, realpath, rename, rm, statfs, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { InvalidKeyError, ObjectNotFoundError, ObjectStoreFullError } from '../errors.ts';
import { assertKey, assertPrefix } from '../keys.ts';
import type { ByteRange, ObjectInfo, ObjectStore, PutOptions } from '../object-store.ts';
import { DirectorySync, pruneDirectories, upToRoot } from './directories.ts';
import { asStoreError, errnoOf, isMissing, withStoreErrors } from './faults.ts';
import { clampRange, readFile } from './read-file.ts';
import { infoOf, walk } from './walk.ts';
import { PUT_HOLDS_BYTES, writeBody } from './write-body.ts';

/** Documents are their owner's alone, whatever the umask. */
export const OWNER_FOLDER = 0o700;
const OWNER_FILE = 0o600;

/** How often a put makes its folder again after a deletion took it away: more often in a row is no coincidence. */
const PLACE_ATTEMPTS = 20;
const NOT_A_FILE = ['ENOTDIR', 'EISDIR', 'EEXIST', 'ENOTEMPTY'];

/** Objects as files below a folder; unfinished ones and those being deleted lie in its `.tmp`. */
export class FilesystemObjectStore implements ObjectStore {
  readonly putHoldsBytes = PUT_HOLDS_BYTES;
  readonly #root: string;
  readonly #unfinished: string;
  readonly #reservedBytes: number;
  readonly #directories = new DirectorySync();

  /** Both are real paths, without links, in one file system, in which puts leave `reservedBytes` free for others. */
  constructor(root: string, unfinished: string, reservedBytes: number) {
    this.#root = root;
    this.#unfinished = unfinished;
    this.#reservedBytes = reservedBytes;
  }

  async put(key: string, body: AsyncIterable<Uint8Array> | Uint8Array, { signal }: PutOptions = {}) {
    assertKey(key);
    const stream = body instanceof Readable ? body : null;
    // It may fail before it is read; reading it then reports the error, and until then nobody else listens.
    stream?.on('error', () => {});
    const temporary = this.#temporary();
    let bytes: number;
    try {
      await this.#assertRoom();
      bytes = await this.#write(temporary, body, signal);
      await this.#place(temporary, key);
    } catch (error) {
      stream?.destroy();
      await rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
    return { bytes };
  }

  async get(key: string, options: { range?: ByteRange; signal?: AbortSignal } = {}): Promise<Readable> {
    assertKey(key);
    options.signal?.throwIfAborted();
    const path = join(this.#root, key);
    const file = await withStoreErrors(async () => {
      if (!(await this.#isInside(dirname(path)))) return null;
      return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    }).catch((error) => {
      if (isMissing(error.cause) || errnoOf(error.cause) === 'ELOOP') return null;
      throw error;
    });
    if (!file) throw new ObjectNotFoundError(key);
    try {
      const found = await withStoreErrors(() => file.stat());
      if (!found.isFile()) throw new ObjectNotFoundError(key);
      const whole = { start: 0, end: found.size - 1 };
      return readFile(file, options.range ? clampRange(options.range, found.size) : whole, options.signal);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    assertKey(key);
    const path = join(this.#root, key);
    const directory = dirname(path);
    await withStoreErrors(async () => {
      if (!(await this.#isInside(directory)) || !(await infoOf(path, key))) return;
      await unlink(path).catch(ignoreMissing);
      await this.#directories.sync(directory);
      await pruneDirectories(directory, this.#root);
    });
  }

  async deletePrefix(prefix: string): Promise<void> {
    if (prefix === '') throw new InvalidKeyError(prefix);
    assertPrefix(prefix);
    const directory = join(this.#root, prefix.slice(0, -1));
    const doomed = this.#temporary();
    await withStoreErrors(async () => {
      if (!(await this.#isInside(directory)) || !(await lstat(directory)).isDirectory()) return;
      // Taken away in one step, so that a put meanwhile is either in it or makes the folder again.
      await rename(directory, doomed);
      await this.#directories.syncAll([dirname(directory), this.#unfinished]);
      await rm(doomed, { recursive: true, force: true });
      await pruneDirectories(dirname(directory), this.#root);
    }).catch((error) => {
      if (!isMissing(error.cause)) throw error;
    });
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    assertPrefix(prefix);
    const directory = join(this.#root, prefix.slice(0, -1));
    try {
      if (await this.#isInside(directory)) yield* walk(directory, prefix);
    } catch (error) {
      throw asStoreError(error);
    }
  }

  async sweepUnfinished(begunBefore: Date): Promise<void> {
    await withStoreErrors(async () => {
      for (const name of await readdir(this.#unfinished)) {
        const path = join(this.#unfinished, name);
        // The change time, which a rename sets too: a folder being deleted keeps its old modification time.
        const found = await lstat(path).catch(ignoreMissing);
        if (found && found.ctime < begunBefore) await rm(path, { recursive: true, force: true });
      }
    });
  }

  async ping(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await withStoreErrors(() => access(this.#unfinished, constants.R_OK | constants.W_OK | constants.X_OK));
    await this.#assertRoom();
  }

  async close(): Promise<void> {}

  /** The events of a deletion need room too: puts stop before there is none. */
  async #assertRoom(): Promise<void> {
    const { bavail, bsize } = await withStoreErrors(() => statfs(this.#unfinished));
    if (bavail * bsize >= this.#reservedBytes) return;
    throw new ObjectStoreFullError('folder', "The object store's folder has no room left");
  }

  #temporary(): string {
    return join(this.#unfinished, randomUUID());
  }

  async #write(path: string, body: AsyncIterable<Uint8Array> | Uint8Array, signal?: AbortSignal) {
    const file = await withStoreErrors(() => open(path, 'wx', OWNER_FILE));
    try {
      const bytes = await writeBody(file, body, signal);
      await withStoreErrors(() => file.sync());
      signal?.throwIfAborted();
      return bytes;
    } finally {
      await file.close();
    }
  }

  /** Moves a finished file to its key, durably. */
  async #place(temporary: string, key: string): Promise<void> {
    const path = join(this.#root, key);
    const directory = dirname(path);
    try {
      for (let attempt = 1; ; attempt++) {
        await mkdir(directory, { recursive: true, mode: OWNER_FOLDER });
        try {
          if (!(await this.#isInside(directory))) throw new InvalidKeyError(key);
          await rename(temporary, path);
          break;
        } catch (error) {
          if (errnoOf(error) !== 'ENOENT' || attempt === PLACE_ATTEMPTS) throw error;
        }
      }
      await this.#directories.syncAll(upToRoot(directory, this.#root));
    } catch (error) {
      if (NOT_A_FILE.includes(errnoOf(error) ?? '')) throw new InvalidKeyError(key);
      throw asStoreError(error);
    }
  }

  /** Whether a folder is really if its path says, and no link on the way leads elsewhere. False if there is none. */
  async #isInside(directory: string): Promise<boolean> {
    try {
      return (await realpath(directory)) === directory;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }
}

function ignoreMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}

import { Readable } from 'node:stream';
import type { ByteBudget } from './byte-budget.ts';
import type { ByteRange, ObjectStore, PutOptions } from './object-store.ts';

/** What a stream of an object's bytes holds, of the adapter and of the socket before it. */
const READ_BYTES = 128 * 1024;

/**
 * The store, whose puts and reads share a budget for the bytes that they hold: a put as much as the adapter gathers, or
 * the body if that is less; a read a few chunks until its stream is closed. Both wait for it, and reject with
 * `ObjectStoreBusyError` if they waited too long.
 */
export function withByteBudget(store: ObjectStore, budget: ByteBudget): ObjectStore {
  return new BudgetedObjectStore(store, budget);
}

class BudgetedObjectStore implements ObjectStore {
  readonly putHoldsBytes: number;
  readonly #store: ObjectStore;
  readonly #budget: ByteBudget;

  constructor(store: ObjectStore, budget: ByteBudget) {
    this.#store = store;
    this.#budget = budget;
    this.putHoldsBytes = store.putHoldsBytes;
  }

  async put(key: string, body: AsyncIterable<Uint8Array> | Uint8Array, options: PutOptions = {}) {
    // Its caller holds it anyway.
    if (body instanceof Uint8Array) return this.#store.put(key, body, options);
    const stream = body instanceof Readable ? body : null;
    // It may fail while it waits; reading it then reports the error.
    stream?.on('error', () => {});
    const { atMostBytes = Number.POSITIVE_INFINITY, holder, signal } = options;
    const bytes = Math.min(atMostBytes, this.putHoldsBytes);
    const release = await this.#budget.take(bytes, { holder, signal }).catch((error) => {
      stream?.destroy();
      throw error;
    });
    try {
      return await this.#store.put(key, body, options);
    } finally {
      release();
    }
  }

  async get(key: string, options: { range?: ByteRange; signal?: AbortSignal } = {}): Promise<Readable> {
    const release = await this.#budget.take(READ_BYTES, { signal: options.signal });
    try {
      const bytes = await this.#store.get(key, options);
      return bytes.once('close', release);
    } catch (error) {
      release();
      throw error;
    }
  }

  delete(key: string) {
    return this.#store.delete(key);
  }

  deletePrefix(prefix: string) {
    return this.#store.deletePrefix(prefix);
  }

  list(prefix: string) {
    return this.#store.list(prefix);
  }

  sweepUnfinished(begunBefore: Date) {
    return this.#store.sweepUnfinished(begunBefore);
  }

  ping(signal?: AbortSignal) {
    return this.#store.ping(signal);
  }

  close() {
    return this.#store.close();
  }
}

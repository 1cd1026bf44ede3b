import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 5;
/** Indices of the shared state: whether the gate is closed, and how many calls are within. */
const CLOSED = 0;
const WITHIN = 1;

/**
 * Keeps a thread from being ended within a call of native code. Some of it (ONNX Runtime) does not stand the end of its
 * thread and takes the process with it. The threads of one gate pass it for each call; who wants to end them closes it
 * first.
 */
export class NativeGate {
  readonly shared: SharedArrayBuffer;
  readonly #state: Int32Array<SharedArrayBuffer>;

  /** `shared`: that of the same gate in another thread. */
  constructor(shared = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)) {
    this.shared = shared;
    this.#state = new Int32Array(shared);
  }

  /** Rejects without a call if the gate is closed. */
  async pass<T>(call: () => Promise<T>): Promise<T> {
    // Entered before it looks, as `close` closes before it looks: one of the two sees the other.
    Atomics.add(this.#state, WITHIN, 1);
    try {
      if (Atomics.load(this.#state, CLOSED) === 1) throw new Error('The thread is about to end');
      return await call();
    } finally {
      Atomics.sub(this.#state, WITHIN, 1);
    }
  }

  /** Lets calls pass again. */
  open(): void {
    Atomics.store(this.#state, CLOSED, 0);
  }

  /** Lets no more calls pass. Resolves once none is within, after `limitMs` at the latest. */
  async close(limitMs: number): Promise<void> {
    Atomics.store(this.#state, CLOSED, 1);
    const end = performance.now() + limitMs;
    // `Atomics.waitAsync` would let the process end meanwhile.
    while (Atomics.load(this.#state, WITHIN) > 0 && performance.now() < end) await sleep(POLL_MS);
  }
}

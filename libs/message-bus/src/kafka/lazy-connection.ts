import { MessageBusUnavailableError } from '../errors.ts';

interface Connectable {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
}

/** A connection that is made when it is first needed, and again after it was dropped. */
export class LazyConnection<T extends Connectable> {
  readonly #create: () => T;
  #current: Promise<T> | undefined;
  #closed = false;
  readonly #closing = new Set<Promise<void>>();

  constructor(create: () => T) {
    this.#create = create;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** @throws MessageBusUnavailableError once it is closed; what the client throws if no broker answers. */
  get(): Promise<T> {
    if (this.#closed) return Promise.reject(new MessageBusUnavailableError('The message bus is closed'));
    this.#current ??= this.#connect();
    return this.#current;
  }

  /** The connection is in an unknown state: the next call gets a new one. */
  drop(): void {
    const dropped = this.#current;
    this.#current = undefined;
    const closing = dropped
      ?.then((client) => client.disconnect())
      .catch(() => {})
      .finally(() => closing && this.#closing.delete(closing));
    if (closing) this.#closing.add(closing);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.drop();
    await Promise.all(this.#closing);
  }

  async #connect(): Promise<T> {
    const client = this.#create();
    try {
      await client.connect();
      return client;
    } catch (error) {
      this.#current = undefined;
      await client.disconnect().catch(() => {});
      throw error;
    }
  }
}

import type { EventStoreDBClient } from '@eventstore/db-client';

/** Opens a client; the number is 0 for the first one, and tells those apart that take each other's place. */
export type OpenClient = (nth: number) => EventStoreDBClient;

/**
 * A client that can be replaced. A client stays with the node that it once found for as long as that answers anything,
 * even if it is cut off from its cluster, and with a connection that never says a word; a new client looks for a node
 * again, on a connection of its own.
 */
export class RenewableClient {
  readonly #open: OpenClient;
  readonly #lingerMs: number;
  #opened = 0;
  #client: EventStoreDBClient;

  /**
   * `lingerMs`: how long calls may be under way on a client after it was replaced; then it is disposed of.
   *
   * @throws Error if the connection string is not one.
   */
  constructor(open: OpenClient, lingerMs: number) {
    this.#open = open;
    this.#lingerMs = lingerMs;
    this.#client = open(this.#opened++);
  }

  get client(): EventStoreDBClient {
    return this.#client;
  }

  /** Replaces the client, unless that was done already. What is under way on it goes on for a while. */
  renew(bad: EventStoreDBClient): void {
    if (bad !== this.#client) return;
    this.#client = this.#open(this.#opened++);
    setTimeout(() => bad.dispose().catch(() => {}), this.#lingerMs).unref();
  }

  async close(): Promise<void> {
    await this.#client.dispose();
  }
}

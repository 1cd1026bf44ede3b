import type { EventStoreDBClient } from '@eventstore/db-client';

/**
 * A client that is replaced where it proves bad. One stays with the node that it once found for as long as that answers
 * anything, though it be cut off from its cluster; a new one looks for a node anew.
 */
export class RenewableClient {
  readonly #open: () => EventStoreDBClient;
  #client: EventStoreDBClient;

  /** @throws Error where the connection string is not one. */
  constructor(open: () => EventStoreDBClient) {
    this.#open = open;
    this.#client = open();
  }

  get client(): EventStoreDBClient {
    return this.#client;
  }

  /** Replaces the client, unless that was done already. What is under way on it goes on. */
  renew(bad: EventStoreDBClient): void {
    if (bad === this.#client) this.#client = this.#open();
  }

  async close(): Promise<void> {
    await this.#client.dispose();
  }
}

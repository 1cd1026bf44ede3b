import type { EventStoreDBClient } from '@eventstore/db-client';

/**
 * A client that can be replaced. A client stays with the node that it once found for as long as that answers anything,
 * even if it is cut off from its cluster; a new client looks for a node again.
 */
export class RenewableClient {
  readonly #open: () => EventStoreDBClient;
  #client: EventStoreDBClient;

  /** @throws Error if the connection string is not one. */
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

/** Whether it was acquired, or why not: no permit is left, or the client holds its share of them. */
export type Acquired =
  | { readonly outcome: 'acquired'; readonly release: () => void }
  | { readonly outcome: 'full' }
  | { readonly outcome: 'share-used' };

const SHARES = 5;

/** How much one client may hold of what all share: a fifth. */
export const shareOf = (whole: number): number => Math.ceil(whole / SHARES);

/** A semaphore with a limit in total and a limit for each client. */
export class ClientSemaphore {
  readonly #limit: number;
  readonly #limitEach: number;
  readonly #byClient = new Map<string, number>();
  #held = 0;

  constructor(limit: number, limitEach: number) {
    this.#limit = limit;
    this.#limitEach = limitEach;
  }

  /** `client` is what `addressKey` returns. The permit is held until it is released; a second release does nothing. */
  acquire(client: string): Acquired {
    if (this.#held >= this.#limit) return { outcome: 'full' };
    const held = this.#byClient.get(client) ?? 0;
    if (held >= this.#limitEach) return { outcome: 'share-used' };
    this.#held++;
    this.#byClient.set(client, held + 1);
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      this.#release(client);
    };
    return { outcome: 'acquired', release };
  }

  #release(client: string): void {
    this.#held--;
    const left = (this.#byClient.get(client) ?? 1) - 1;
    if (left === 0) this.#byClient.delete(client);
    else this.#byClient.set(client, left);
  }
}

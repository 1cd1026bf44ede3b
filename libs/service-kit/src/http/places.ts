/** Whether a place was taken, or why not: all are taken, or the client holds its share of them. */
export type Taken =
  | { readonly outcome: 'taken'; readonly release: () => void }
  | { readonly outcome: 'full' }
  | { readonly outcome: 'share-used' };

const SHARES = 5;

/** How much one client may hold of what all share: a fifth. */
export const shareOf = (whole: number): number => Math.ceil(whole / SHARES);

/** A semaphore with a limit in total and a limit for each client. */
export class Places {
  readonly #most: number;
  readonly #mostEach: number;
  readonly #byClient = new Map<string, number>();
  #held = 0;

  constructor(most: number, mostEach: number) {
    this.#most = most;
    this.#mostEach = mostEach;
  }

  /** `client` is what `addressKey` returns. The place is held until it is released; a second release does nothing. */
  take(client: string): Taken {
    if (this.#held >= this.#most) return { outcome: 'full' };
    const held = this.#byClient.get(client) ?? 0;
    if (held >= this.#mostEach) return { outcome: 'share-used' };
    this.#held++;
    this.#byClient.set(client, held + 1);
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      this.#release(client);
    };
    return { outcome: 'taken', release };
  }

  #release(client: string): void {
    this.#held--;
    const left = (this.#byClient.get(client) ?? 1) - 1;
    if (left === 0) this.#byClient.delete(client);
    else this.#byClient.set(client, left);
  }
}

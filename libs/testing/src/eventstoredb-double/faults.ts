import { setTimeout as delay } from 'node:timers/promises';
import { accessDenied, notLeader, timedOut, unavailable } from './trailers.ts';

/**
 * A way to fail. `hang`: the call is taken and never answered. `apply-then-hang`: it takes effect, and is never
 * answered. `apply-then-drop`: it takes effect, then the connection breaks. `busy`: UNAVAILABLE. `timeout`: the
 * server's own time limit. `slow`: it is served after a delay. `not-leader`: another node, or this one, is named
 * as the leader. `access-denied`: as for a user without rights.
 */
export type FaultKind =
  | 'hang'
  | 'apply-then-hang'
  | 'apply-then-drop'
  | 'busy'
  | 'timeout'
  | 'slow'
  | 'not-leader'
  | 'access-denied';

export type CallKind = 'writes' | 'reads';

export interface Fault {
  readonly kind: FaultKind;
  /** Appends and deletions, or reads and new subscriptions. Default: writes. */
  readonly of?: CallKind;
  /** How many calls fail. Default: all, until the faults are lifted. */
  readonly calls?: number;
  /** For `slow`, in ms. Default: 100. */
  readonly delayMs?: number;
  /** For `not-leader`: the node that leads. Default: this one. */
  readonly leader?: { readonly host: string; readonly port: number };
}

const DEFAULT_DELAY_MS = 100;
const never = <T>(): Promise<T> => new Promise(() => undefined);

export interface Wire {
  /** Breaks the connection of a peer. */
  drop(peer: string): void;
  /** Where this node listens. */
  endPoint(): { host: string; port: number };
}

/** The faults that are injected into a server: the oldest one that fits a call strikes it. */
export class Faults {
  readonly #wire: Wire;
  #injected: { fault: Fault; left: number }[] = [];

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  inject(fault: Fault): void {
    this.#injected.push({ fault, left: fault.calls ?? Number.POSITIVE_INFINITY });
  }

  /** Removes all faults. What hangs goes on hanging. */
  lift(): void {
    this.#injected = [];
  }

  /** Serves a call, or fails it as a fault says. */
  async around<T>(of: CallKind, peer: string, serve: () => Promise<T>): Promise<T> {
    const fault = this.#strike(of);
    switch (fault?.kind) {
      case undefined:
        return serve();
      case 'hang':
        return never();
      case 'apply-then-hang':
        return serve().then(() => never());
      case 'apply-then-drop':
        await serve();
        this.#wire.drop(peer);
        return never();
      case 'slow':
        await delay(fault?.delayMs ?? DEFAULT_DELAY_MS, undefined, { ref: false });
        return serve();
      case 'busy':
        throw unavailable();
      case 'timeout':
        throw timedOut();
      case 'not-leader':
        throw notLeader(fault?.leader ?? this.#wire.endPoint());
      case 'access-denied':
        throw accessDenied();
    }
  }

  #strike(of: CallKind): Fault | undefined {
    const found = this.#injected.find(({ fault }) => (fault.of ?? 'writes') === of);
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#injected = this.#injected.filter((other) => other !== found);
    return found.fault;
  }
}

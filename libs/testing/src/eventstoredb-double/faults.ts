import { setTimeout as delay } from 'node:timers/promises';
import { accessDenied, busy, commitTimeout, notLeader, notReady } from './trailers.ts';

/**
 * A way to fail. `hang`: the call is taken and never answered. `apply-then-hang`: it takes effect, and is never
 * answered. `apply-then-drop`: it takes effect, then the connection breaks. `busy`: UNAVAILABLE. `not-ready`: as just
 * after the start. `timeout`: the server's own time limit. `slow-commit`: it takes effect, and is answered after a
 * delay; what repeats it meanwhile is dropped. `slow`: it is served after a delay. `not-leader`: another node, or this
 * one, is named as the leader. `access-denied`: as for a user without rights.
 */
export type FaultKind =
  | 'hang'
  | 'apply-then-hang'
  | 'apply-then-drop'
  | 'busy'
  | 'not-ready'
  | 'timeout'
  | 'slow'
  | 'slow-commit'
  | 'not-leader'
  | 'access-denied';

export type CallKind = 'writes' | 'reads';

export interface Fault {
  readonly kind: FaultKind;
  /** Appends and deletions, or reads and new subscriptions. Default: writes. */
  readonly of?: CallKind;
  /** How many calls fail. Default: all, until the faults are lifted. */
  readonly calls?: number;
  /** For `slow` and `slow-commit`, in ms. Default: 100. */
  readonly delayMs?: number;
  /** For `not-leader`: the node that leads. Default: this one. */
  readonly leader?: { readonly host: string; readonly port: number };
}

const DEFAULT_DELAY_MS = 100;
const REFUSED_BEFORE_SILENCE = 3;
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

  /** From now on a few writes are refused, and nothing else is answered. */
  goSilent(): void {
    this.#injected = [
      { fault: { kind: 'not-ready' }, left: REFUSED_BEFORE_SILENCE },
      { fault: { kind: 'hang' }, left: Infinity },
      { fault: { kind: 'hang', of: 'reads' }, left: Infinity },
    ];
  }

  /** Serves a call, or fails it as a fault says. */
  async around<T>(of: CallKind, peer: string, serve: (commitDelayMs: number) => Promise<T>): Promise<T> {
    const fault = this.#strike(of);
    switch (fault?.kind) {
      case undefined:
        return serve(0);
      case 'hang':
        return never();
      case 'apply-then-hang':
        return serve(0).then(() => never());
      case 'apply-then-drop':
        await serve(0);
        this.#wire.drop(peer);
        return never();
      case 'slow':
        await delay(fault?.delayMs ?? DEFAULT_DELAY_MS, undefined, { ref: false });
        return serve(0);
      case 'slow-commit':
        return serve(fault?.delayMs ?? DEFAULT_DELAY_MS);
      case 'busy':
        throw busy();
      case 'not-ready':
        throw notReady();
      case 'timeout':
        throw commitTimeout();
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

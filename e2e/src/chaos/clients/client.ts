import { setTimeout as sleep } from 'node:timers/promises';
import { pick, type Random } from '@inkstream/testing';
import type { Ledger } from '../ledger.ts';

/** What every client has. */
export interface ClientWorld {
  readonly ledger: Ledger;
  /** The replicas of the gateway. */
  readonly gateways: readonly string[];
  readonly random: Random;
}

/** Works on and on until it is stopped. */
export interface Client {
  /** Begins nothing more, brings what it has begun to its end; rejects if it failed. */
  stop(): Promise<void>;
}

/** An answer; null if there was none. */
export type Answer = {
  readonly status: number;
  readonly body: string;
  /** It says of itself that it may be older than what was read before: the event store is away. */
  readonly stale: boolean;
} | null;

const LIMIT_MS = 60_000;

/** Asks one of the gateways, and notes an answer that is none of those accepted, as it stands when the answer comes. */
export async function ask(
  { ledger, gateways, random }: ClientWorld,
  path: string,
  { accepted, ...init }: RequestInit & { readonly accepted: () => readonly number[] },
): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(LIMIT_MS);
    const response = await fetch(pick(random, gateways) + path, { signal, ...init });
    const body = await response.text();
    ledger.judge(`${init.method ?? 'GET'} ${path}`, response.status, accepted(), body);
    return { status: response.status, body, stale: response.headers.has('warning') };
  } catch {
    return null;
  }
}

/** Does the work again and again, with a pause before each time. */
export function client(everyMs: number, work: () => Promise<void>): Client {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async () => {
    while (!signal.aborted) {
      await sleep(everyMs, undefined, { signal }).catch(() => {});
      if (!signal.aborted) await work();
    }
  };
  const running = run();
  // Whoever stops it hears of its error.
  running.catch(() => {});
  return {
    stop() {
      stopping.abort();
      return running;
    },
  };
}

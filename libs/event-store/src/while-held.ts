import { setTimeout } from 'node:timers/promises';
import type { Lease } from './lease.ts';

const POLL_MS = 500;

/** The part of pino's logger that is used. */
interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface WhileHeldOptions {
  /** Ends it: the work is aborted, and once it has ended the lease is released. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** How often a standby checks the lease, in ms (default 500). */
  readonly pollMs?: number;
  /** Resolves after this many ms, or as soon as the signal aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const defaultSleep = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => {});

/**
 * Waits for the lease and works while it is held, again and again until `signal` aborts.
 *
 * `work` gets a signal that aborts when the lease is lost or over; it must end soon then, and must not begin anything
 * that only the holder may do if `lease.remainingMs()` is 0, for a timer is late if the event loop was blocked. When
 * the work ends by itself or fails, the lease is released, and another process may take it before this one asks again.
 * Resolves once the work has ended and the lease is released.
 */
export async function whileHeld(
  lease: Lease,
  work: (signal: AbortSignal) => Promise<void>,
  { signal, log, pollMs = POLL_MS, sleep = defaultSleep }: WhileHeldOptions,
): Promise<void> {
  const { name, holder } = lease;
  const renewEveryMs = Math.floor(lease.ttlMs / 3);

  /** Not aborted from outside: nobody would know whether the append is there. */
  async function attempt(fault: string): Promise<boolean> {
    try {
      return await lease.attempt(AbortSignal.timeout(renewEveryMs));
    } catch (err) {
      log.warn({ err, name, holder }, fault);
      return false;
    }
  }

  async function renew(lost: AbortController, until: AbortSignal): Promise<void> {
    let waitMs = renewEveryMs;
    for (;;) {
      await sleep(waitMs, until);
      if (until.aborted) return;
      waitMs = (await attempt('The lease could not be renewed')) ? renewEveryMs : pollMs;
      if (lease.remainingMs() === 0) lost.abort();
    }
  }

  async function watch(lost: AbortController, until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      const left = lease.remainingMs();
      if (left === 0) lost.abort();
      else await sleep(left, until);
    }
  }

  /** The lease is renewed until the work has ended, however it ends. */
  async function workAndRenew(): Promise<void> {
    const lost = new AbortController();
    const ended = new AbortController();
    const until = AbortSignal.any([lost.signal, ended.signal]);
    const keeping = Promise.all([renew(lost, until), watch(lost, until)]);
    try {
      await work(AbortSignal.any([signal, lost.signal]));
    } catch (err) {
      log.warn({ err, name, holder }, 'The work under the lease failed');
    } finally {
      ended.abort();
      await keeping;
    }
    if (lost.signal.aborted) log.warn({ name, holder }, 'The lease is lost');
    else log.info({ name, holder }, 'The lease is released');
    await lease
      .release(AbortSignal.timeout(lease.ttlMs))
      .catch((err) => log.warn({ err, name, holder }, 'The lease could not be released'));
  }

  while (!signal.aborted) {
    if (await attempt('The lease could not be taken')) {
      log.info({ name, holder }, 'The lease is taken');
      await workAndRenew();
      await sleep(2 * pollMs, signal);
    } else await sleep(pollMs, signal);
  }
}

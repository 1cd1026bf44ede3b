import { setTimeout } from 'node:timers/promises';

/** How long a consumer that closes waits for the messages in flight, in ms. */
export const DEFAULT_GRACE_MS = 10_000;
/** How long a handler may then take, after its signal aborted, to hand its work back, in ms. */
export const HAND_BACK_MS = 2_000;

/** Waits until the work is done, but at most this long. Returns whether it was done. */
export async function doneWithin(work: Promise<unknown>, graceMs: number): Promise<boolean> {
  const waiting = new AbortController();
  const late = setTimeout(graceMs, false, { signal: waiting.signal }).catch(() => false);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    waiting.abort();
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { type KnownExecution, readExecution } from '@inkstream/job-store';
import { idsOf, type Request } from './request.ts';

/** How often the execution is checked while its document is read, ms. */
const LOOK_MS = 700;

export interface AttemptWatch {
  /** Aborts once the execution has ended elsewhere: cancelled, deleted with its file or job, or done by another worker. */
  readonly ended: AbortSignal;
  /** The execution as it was seen last. */
  readonly known: KnownExecution;
  stop(): void;
}

/**
 * Watches whether an execution is still wanted while its document is read. A check that fails is repeated. An attempt
 * that was taken over goes on: whichever is done first counts.
 */
export function watchAttempt(store: EventStore, request: Request, started: KnownExecution): AttemptWatch {
  const { uid } = request;
  const stopped = new AbortController();
  const ended = new AbortController();
  let known = started;
  const watch = async () => {
    while (!stopped.signal.aborted && !isFinal(known.state.status)) {
      await sleep(LOOK_MS, undefined, { signal: stopped.signal }).catch(() => {});
      if (stopped.signal.aborted) break;
      known = await readExecution(store, idsOf(request), { uid, known }).catch(() => known);
    }
    if (!stopped.signal.aborted) ended.abort();
  };
  void watch();
  return {
    ended: ended.signal,
    get known() {
      return known;
    },
    stop: () => stopped.abort(),
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { isTransientFault, type Logger } from '@inkstream/service-kit';

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 3_600_000;

/** Something that becomes due by time alone. */
export interface Duty {
  readonly name: string;
  /** From one check of what is due to the next, ms. */
  readonly pauseMs: number;
  /** Does what is due. Rejects if the signal aborts, if it is another housekeeper's turn, and with any fault. */
  readonly look: (signal: AbortSignal) => Promise<void>;
}

/** How the latest checks of a duty went. */
export interface DutyState {
  /** In a row, up to now. */
  failures: number;
  /** Of the last check, if it failed: a sentence for operators. */
  fault: string | undefined;
}

/** Checks again and again until the signal aborts; after a fault with backoff, from a second to an hour. */
export async function runDuty(
  { name, pauseMs, look }: Duty,
  state: DutyState,
  mayAct: () => boolean,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  state.failures = 0;
  while (!signal.aborted) {
    try {
      await look(signal);
      state.failures = 0;
      state.fault = undefined;
    } catch (err) {
      if (signal.aborted) return;
      if (!mayAct()) throw err;
      state.failures++;
      state.fault = sentenceOf(err);
      log.error({ err, duty: name, failures: state.failures }, 'A duty failed and comes again');
    }
    const { failures } = state;
    const waitMs =
      failures > 0 ? Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failures - 1)) : pauseMs;
    await sleep(waitMs, undefined, { signal }).catch(() => {});
  }
}

/** Errors of the store say what happened without a secret; of others only the name is told. */
const sentenceOf = (error: unknown): string =>
  error instanceof Error && (isTransientFault(error) || error.name === 'EventStoreRefusedError')
    ? error.message
    : 'see the log';

/** Before each step that changes something, since a signal comes late after a stall. */
export function assertTurn(mayAct: () => boolean): void {
  if (!mayAct()) throw new Error('It is no longer the turn of this housekeeper');
}

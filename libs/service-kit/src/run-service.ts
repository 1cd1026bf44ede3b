import { EventStoreRefusedError } from '@inkstream/event-store';
import { ConfigError } from './config.ts';

/** Something that runs until it is closed. */
export interface Running {
  close(): Promise<void>;
}

const SHUTDOWN_LIMIT_MS = 25_000;

/** Resolves at the first SIGTERM or SIGINT; the next one, or 25 s without an end, ends the process at once. */
function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    const first = () => {
      const giveUp = () => process.exit(1);
      process.on('SIGTERM', giveUp).on('SIGINT', giveUp);
      setTimeout(giveUp, SHUTDOWN_LIMIT_MS).unref();
      resolve();
    };
    process.once('SIGTERM', first).once('SIGINT', first);
  });
}

/** An address that is taken or not ours, or a port that only root may use: Node's sentence says which. */
const isUnusableAddress = (error: unknown): error is Error =>
  error instanceof Error && 'syscall' in error && error.syscall === 'listen';

function fail(error: unknown): never {
  const isSentence = error instanceof ConfigError || error instanceof EventStoreRefusedError;
  if (isUnusableAddress(error)) console.error(`HOST or PORT can not be used: ${error.message}`);
  else console.error(isSentence ? error.message : error);
  process.exit(1);
}

/**
 * Runs a service until SIGTERM or SIGINT, then closes it and exits with 0; a signal during the start counts too. A
 * second signal, or a close that takes more than 25 s, ends the process at once. A start or a close that fails prints
 * why and exits with 1.
 */
export async function runService(start: () => Promise<Running>): Promise<void> {
  const signalled = firstSignal();
  try {
    const running = await start();
    signalled.then(() => running.close()).then(() => process.exit(0), fail);
  } catch (error) {
    fail(error);
  }
}

/** Closes one after another in the given order, all of them, and rejects with the first error. */
export async function closeInOrder(parts: readonly Running[]): Promise<void> {
  const errors: unknown[] = [];
  for (const part of parts) await part.close().catch((error) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

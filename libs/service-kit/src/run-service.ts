import { ConfigError } from './config.ts';

/** Something that runs until it is closed. */
export interface Running {
  close(): Promise<void>;
}

const SHUTDOWN_LIMIT_MS = 25_000;

/**
 * Runs a service until SIGTERM or SIGINT, then closes it; a second signal, or a close that takes more than 25 s,
 * ends the process at once. A start that fails prints why and exits with 1.
 */
export async function runService(start: () => Promise<Running>): Promise<void> {
  try {
    const running = await start();
    const stop = () => {
      process.once('SIGTERM', () => process.exit(1)).once('SIGINT', () => process.exit(1));
      setTimeout(() => process.exit(1), SHUTDOWN_LIMIT_MS).unref();
      running.close().then(
        () => process.exit(0),
        (error) => {
          console.error(error);
          process.exit(1);
        },
      );
    };
    process.once('SIGTERM', stop).once('SIGINT', stop);
  } catch (error) {
    console.error(error instanceof ConfigError ? error.message : error);
    process.exit(1);
  }
}

/** Closes one after another in the given order, all of them, and rejects with the first error. */
export async function closeInOrder(parts: readonly Running[]): Promise<void> {
  const errors: unknown[] = [];
  for (const part of parts) await part.close().catch((error) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

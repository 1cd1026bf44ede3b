import type { logCreator } from 'kafkajs';

/** What the adapter needs of a logger; pino's fits. */
export interface Log {
  error(details: object, message: string): void;
  warn(details: object, message: string): void;
  debug(details: object, message: string): void;
}

/**
 * The client's log, passed to ours. Its errors are logged as details: it either retries, or reports them to its caller,
 * which logs the outcome.
 */
export const clientLog =
  (log: Log | undefined): logCreator =>
  () =>
  ({ namespace, label, log: { message, timestamp: _, logger: __, stack: ___, ...details } }) => {
    log?.debug({ component: `kafkajs ${namespace}`, kafkajsLevel: label, ...details }, message);
  };

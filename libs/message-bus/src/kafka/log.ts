import type { logCreator } from 'kafkajs';

/** What the adapter needs of a logger; pino's fits. */
export interface Log {
  error(details: object, message: string): void;
  warn(details: object, message: string): void;
  debug(details: object, message: string): void;
}

/**
 * The client's log through ours. Its errors are details here: it goes on to retry, or its caller hears of it and logs
 * what comes of that.
 */
export const clientLog =
  (log: Log | undefined): logCreator =>
  () =>
  ({ namespace, label, log: { message, timestamp: _, logger: __, stack: ___, ...details } }) => {
    log?.debug({ component: `kafkajs ${namespace}`, kafkajsLevel: label, ...details }, message);
  };

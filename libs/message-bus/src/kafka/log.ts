import { type logCreator, logLevel } from 'kafkajs';

/** What the adapter needs of a logger; pino's fits. */
export interface Log {
  error(details: object, message: string): void;
  warn(details: object, message: string): void;
  debug(details: object, message: string): void;
}

/**
 * The client's log through ours. What it calls an error it goes on to retry, or tells its caller: so it is a warning
 * here at most.
 */
export const clientLog =
  (log: Log | undefined): logCreator =>
  () =>
  ({ namespace, level, log: { message, timestamp: _, logger: __, stack: ___, ...details } }) => {
    const write = level === logLevel.ERROR ? 'warn' : 'debug';
    log?.[write]({ component: `kafkajs ${namespace}`, ...details }, message);
  };

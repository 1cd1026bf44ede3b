import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** A logger of JSON lines on standard error, so that standard output stays the program's own. */
export const createLogger = (service: string, level: string): Logger =>
  pino({ level, base: { service } }, pino.destination({ dest: 2, sync: true }));

/** A logger that says nothing, for tests. */
export const silentLogger = (): Logger => pino({ level: 'silent' });

import { context, isSpanContextValid, trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger, pino } from 'pino';
import { currentSubject } from './log-subject.ts';

export type { Logger } from 'pino';

const INFO = 30;
const HIDDEN = '"[hidden]"';
const STRING = '"(?:[^"\\\\]|\\\\.)*"';

/** Fields, however deep in an object that is logged, whose values grant access. */
const SECRETS = new RegExp(
  `("[\\w-]*(?:authorization|cookie|password|secret|token|api[-_]?key|access[-_]?key|secret[-_]?key|idempotency-key|inkstream-context)"):${STRING}`,
  'gi',
);
/** Credentials in the text of an error: `esdb://user:password@host`, `Bearer …`. */
const IN_URL = /:\/\/[^\s"/@]+@/g;
const IN_HEADER = /\b(Bearer|Basic) [\w.~+/=-]+/g;
/** The names of documents reveal what is in them. */
const NAMES = new RegExp(`("(?:originalName|originalname|file-?name|job-?name)"):${STRING}`, 'gi');

/** A line of a log without keys and tokens, and, unless it is for debugging, without the names of files. */
export function scrub(line: string): string {
  const safe = line
    .replace(SECRETS, `$1:${HIDDEN}`)
    .replace(IN_URL, '://[hidden]@')
    .replace(IN_HEADER, '$1 [hidden]');
  const level = Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? INFO);
  return level < INFO ? safe : safe.replace(NAMES, `$1:${HIDDEN}`);
}

/**
 * Fields of every line: what it is about, and `trace_id` and `span_id`, by which it is found from its trace and its trace
 * from it. What the logger or the call has said itself stays as it is.
 */
function mixin(_said: object, _level: number, logger: Logger): Record<string, unknown> {
  const span = trace.getSpanContext(context.active());
  // Where metrics alone are taken, there is a span of zeros.
  const ids = span && isSpanContextValid(span) && { trace_id: span.traceId, span_id: span.spanId };
  const known = { ...currentSubject(), ...ids };
  const bound = logger.bindings();
  return Object.fromEntries(Object.entries(known).filter(([name]) => !Object.hasOwn(bound, name)));
}

/** A logger of JSON lines on standard error, so that standard output stays the program's own. */
export const createLogger = (
  service: string,
  level: string,
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Logger => pino({ level, base: { service }, hooks: { streamWrite: scrub }, mixin }, destination);

/** A logger that logs nothing, for tests. */
export const silentLogger = (): Logger => pino({ level: 'silent' });

import { z } from 'zod';
import { allowedHostsOf } from './http/allowed-hosts.ts';
import { trustProxyOf } from './http/client-address.ts';
import { corsOriginsOf } from './http/cross-site.ts';
import { unknownVariables } from './unknown-variables.ts';

/** The service cannot start until its operator fixes something. The message is a sentence for them. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
}

/** The service is left as it is until its operator sets a variable, which the message names. */
export class NotConfiguredError extends StartError {
  override readonly name = 'NotConfiguredError';
}

/** The environment is not valid for the service. The message names every bad variable. */
export class ConfigError extends StartError {
  override readonly name = 'ConfigError';
}

/**
 * How a process ends that no start will mend before its variables are changed: EX_CONFIG of sysexits.h, so that whoever
 * started it does not try again. What the machine refuses may pass, and ends with 1.
 */
export const NOT_CONFIGURED = 78;

/** What a ConfigError says: a sentence for each variable that it lists, else its message. */
export function sentencesOf({ message }: ConfigError): readonly string[] {
  const [first = '', ...listed] = message.split('\n').map((line) => line.trim());
  return listed.length > 0 ? listed : [first];
}

/** A whole number within bounds, both included. */
export const wholeNumber = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d+$/, error)
    .transform(Number)
    .pipe(z.number(error).min(min, error).max(max, error));
};

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration within bounds, both included, in ms: `7d`, `24h`, `30m`, `10s`, `500ms`, or a number of ms. */
export const duration = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+(ms|s|m|h|d)?$/, 'must be a duration such as 7d, 24h, 30m, 10s or 500ms')
    .transform((text) => {
      const [, amount, unit = 'ms'] = /^(\d+)(\D+)?$/.exec(text) ?? [];
      return Number(amount) * UNITS[unit as keyof typeof UNITS];
    })
    .pipe(z.number().min(min).max(max));

export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** The value that a parser returns for the text; the message of what it throws says what is wrong with the variable. */
export const parsedBy =
  <T>(parse: (text: string) => T) =>
  (text: string, context: z.RefinementCtx): T => {
    try {
      return parse(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  };

/** What every service reads: where it listens, which hosts it serves, and how much it logs. */
export const serverConfig = {
  /** 0 takes any free port. */
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  /** The host names that it serves, for `publicPort` and `internalPort`. */
  ALLOWED_HOSTS: z.string().transform(parsedBy(allowedHostsOf)).optional(),
  CORS_ORIGINS: z.string().transform(parsedBy(corsOriginsOf)).optional(),
  TRUST_PROXY: z.string().transform(parsedBy(trustProxyOf)).optional(),
  MAX_CONNECTIONS: wholeNumber(1, 1_000_000).default(2_000),
  /** By default a fifth of all. */
  MAX_CONNECTIONS_PER_ADDRESS: wholeNumber(1, 1_000_000).optional(),
  /** The lowest rate at which a request may arrive, bytes per second; 0 for any rate. */
  MIN_REQUEST_RATE: wholeNumber(0, 1_000_000_000).default(1_024),
  MIN_REQUEST_RATE_WINDOW_MS: wholeNumber(1_000, 600_000).default(30_000),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
};

export type ServerConfig = z.output<z.ZodObject<typeof serverConfig>>;

/** Variables whose values no log may show. */
const SECRET = /KEY|SECRET|TOKEN|PASSWORD|URL|ENDPOINT/;

const anyOf = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/** Replaces Zod's messages by ones that say what to write; undefined leaves the message as it is. */
const inPlainWords: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_value') return `must be ${anyOf.format(issue.values.map(String))}`;
  if (issue.code === 'invalid_format' && issue.format === 'url')
    return 'must be a URL such as http://host:9000';
  if (issue.code === 'too_small') return `must have at least ${issue.minimum} characters`;
  if (issue.code === 'too_big') return `must have at most ${issue.maximum} characters`;
  return undefined;
};

/**
 * The values in the environment, validated once. An empty variable counts as absent; an unknown one that begins with
 * INKSTREAM_ is an error.
 *
 * @throws ConfigError naming each bad variable and what it must be.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: Readonly<Record<string, string | undefined>>,
): z.output<z.ZodObject<Shape>> {
  const given = Object.fromEntries(
    Object.keys(shape).map((name) => [name, env[name] === '' ? undefined : env[name]]),
  );
  const unknown = unknownVariables(env, Object.keys(shape)).map(
    ({ name, nearest }) => `  ${name}: there is no such variable; is ${nearest} meant?`,
  );
  const parsed = z.object(shape).safeParse(given, { error: inPlainWords });
  if (parsed.success && unknown.length === 0) return parsed.data;
  const bad = (parsed.error?.issues ?? []).map(({ path, message }) => {
    const name = String(path[0]);
    if (given[name] === undefined)
      return `  ${name}: ${message.startsWith('is needed') ? message : 'is needed'}`;
    return `  ${name}: ${message}${SECRET.test(name) ? '' : ` (it is ${JSON.stringify(given[name])})`}`;
  });
  const faults = [...unknown, ...bad];
  throw new ConfigError(`The configuration is not valid:\n${faults.join('\n')}`);
}

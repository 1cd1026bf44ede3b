import { z } from 'zod';

/** The environment does not say what the service needs. The message names every bad variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** A whole number within bounds, both included. */
export const wholeNumber = (min: number, max: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(min).max(max));

export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** What every service reads: where it listens and how much it logs. */
export const serverConfig = {
  /** 0 takes any free port. */
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
};

/** Variables whose values no log may show. */
const SECRET = /KEY|SECRET|TOKEN|PASSWORD|URL/;

/**
 * What the environment says, validated once. An empty variable counts as absent.
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
  const parsed = z.object(shape).safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return `  ${name}: ${message}${SECRET.test(name) ? '' : ` (it is ${JSON.stringify(given[name])})`}`;
  });
  throw new ConfigError(`The configuration is not valid:\n${faults.join('\n')}`);
}

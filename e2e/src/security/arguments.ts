import { parseArgs } from 'node:util';

export const USAGE = `npm run test:security [-- --seconds N]
Runs the tests of every security guarantee; the fuzz of the decoders takes N seconds each, 1 to 86400.`;

const SECONDS = /^[1-9]\d{0,4}$/;
const MOST_SECONDS = 86_400;

/** How vitest is run for `npm run test:security`: its arguments, and the variables that are set beside ours. */
export interface SecurityRun {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** @throws Error with the usage if the arguments are others, or N is no number of seconds within a day. */
export function securityRun(argv: readonly string[]): SecurityRun {
  const { seconds } = readOptions(argv);
  if (seconds !== undefined && !(SECONDS.test(seconds) && Number(seconds) <= MOST_SECONDS))
    throw new Error(USAGE);
  // Every spec of a guarantee is named `<subject>.security.<tier>.spec.ts`.
  return { args: ['run', '.security.'], env: seconds === undefined ? {} : { FUZZ_SECONDS: seconds } };
}

function readOptions(argv: readonly string[]): { seconds?: string } {
  try {
    return parseArgs({ args: [...argv], options: { seconds: { type: 'string' } } }).values;
  } catch (cause) {
    throw new Error(USAGE, { cause });
  }
}

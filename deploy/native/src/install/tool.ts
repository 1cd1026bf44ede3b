import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The packages of each tool on Debian and in Homebrew. */
const packages = {
  java: 'Java 17 or newer (Debian: default-jdk-headless, Homebrew: openjdk)',
  javac: 'a JDK, 17 or newer (Debian: default-jdk-headless, Homebrew: openjdk)',
  mvn: 'Apache Maven (Debian: maven, Homebrew: maven)',
  go: 'Go 1.21 or newer (Debian: golang-go, Homebrew: go)',
  python3: 'Python 3.11 or newer (Debian: python3-venv, Homebrew: python)',
} as const;
export type Tool = keyof typeof packages;

/** A tool is missing; the message names its package. */
export class MissingToolError extends Error {
  override readonly name = 'MissingToolError';
  constructor(tool: Tool, what: string) {
    super(`${what} needs \`${tool}\`, which is not on the PATH: install ${packages[tool]}.`);
  }
}

/**
 * Runs a tool to its end, 30 minutes at most, and returns what it prints.
 *
 * @throws MissingToolError if it is not installed; an error with the end of its output if it fails.
 */
export async function runTool(
  what: string,
  tool: Tool,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const env = { ...process.env, ...environment };
  try {
    const { stdout } = await run(tool, args, { env, timeout: 30 * 60_000, maxBuffer: 64 << 20 });
    return stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new MissingToolError(tool, what);
    const output =
      error instanceof Error && 'stdout' in error && 'stderr' in error
        ? `${error.stdout}${error.stderr}`
        : '';
    throw new Error(`${what}: \`${tool} ${args.join(' ')}\` failed: ${output.trim().slice(-2000)}`, {
      cause: error,
    });
  }
}

import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/**
 * The arguments of a command: its options by name, and the others as `positionals`.
 *
 * @throws Error with the usage as its message if there are other options.
 */
export function readArguments<const Options extends ParseArgsOptionsConfig>(usage: string, options: Options) {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (cause) {
    throw new Error(usage, { cause });
  }
}

/** Runs a command: of an error it prints the message alone, and the process ends with 1. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

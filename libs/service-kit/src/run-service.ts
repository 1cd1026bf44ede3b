import { EventStoreRefusedError } from '@inkstream/event-store';
import { ConfigError, NOT_CONFIGURED, NotConfiguredError, StartError } from './config.ts';
import type { Logger } from './log.ts';

/** Something that runs until it is closed. */
export interface Running {
  close(): Promise<void>;
}

/** A process of its own. */
export interface RunningService extends Running {
  readonly log?: Logger;
  /** What stopping waits for, in words. */
  unfinished?(): readonly string[];
}

const SHUTDOWN_LIMIT_MS = 25_000;
const REMIND_MS = 2_000;
/** Ctrl-C under npm comes twice at once: from the terminal, and from npm. */
const SAME_SIGNAL_MS = 500;

/**
 * Ends the process whatever its threads do: `process.exit` would wait for them, and native code in one of them would
 * end it with an error of its own.
 */
function endAtOnce(why: string, say: (sentence: string) => void): void {
  say(`${why}: ended at once. Unfinished work is done at the next start.`);
  process.kill(process.pid, 'SIGKILL');
}

/** Resolves at the first SIGTERM or SIGINT, or when the launcher that started this process is gone. */
function firstSignal(say: (sentence: string) => void): Promise<void> {
  return new Promise((resolve) => {
    let at: number | undefined;
    const heard = () => {
      if (at === undefined) {
        at = performance.now();
        setTimeout(() => endAtOnce('Not stopped within 25 s', say), SHUTDOWN_LIMIT_MS).unref();
        resolve();
      } else if (performance.now() - at > SAME_SIGNAL_MS) endAtOnce('A second signal', say);
    };
    process.on('SIGTERM', heard).on('SIGINT', heard).once('disconnect', heard);
  });
}

/** Logs what stopping waits for, from time to time until the process ends. */
function sayWhatIsAwaited({ log, unfinished }: RunningService): void {
  const waitingFor = () => unfinished?.() ?? [];
  log?.info({ waitingFor: waitingFor() }, 'stopping: within 25 s, or at once at a second signal');
  setInterval(() => log?.info({ waitingFor: waitingFor() }, 'still stopping'), REMIND_MS).unref();
}

const LISTEN_FAULTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses it; name another PORT, or 0 for any free one',
  EACCES: 'this user may not use that PORT',
  EADDRNOTAVAIL: 'HOST is not an address of this machine',
  ENOTFOUND: 'HOST is not a name that this machine knows',
};

/** An error that an operator can fix, in a sentence; undefined for a bug of ours. */
function sentenceOf(error: unknown): string | undefined {
  if (error instanceof StartError || error instanceof EventStoreRefusedError) return error.message;
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return undefined;
  const { code, syscall, message } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  const why = LISTEN_FAULTS[String(code)];
  if ((syscall !== 'listen' && syscall !== 'getaddrinfo') || !why) return `The system refuses: ${message}`;
  const { address, port } = error as { address?: string; port?: number };
  return `Cannot listen${address ? ` at ${address}:${port}` : ''}: ${why} (${code}).`;
}

function fail(error: unknown): never {
  console.error(sentenceOf(error) ?? error);
  const isOfVariables = error instanceof ConfigError || error instanceof NotConfiguredError;
  process.exit(isOfVariables ? NOT_CONFIGURED : 1);
}

/**
 * Runs a service until SIGTERM or SIGINT, then closes it and exits with 0; a signal during the start counts too. A
 * second signal, or a close that takes more than 25 s, kills the process. A start or a close that fails says why, in a
 * sentence if the operator can fix it, and exits with 1, or with 78 if its variables are wrong or it is not configured.
 */
export async function runService(start: () => Promise<RunningService>): Promise<void> {
  let running: RunningService | undefined;
  const say = (sentence: string) => (running?.log ? running.log.warn(sentence) : console.error(sentence));
  const signalled = firstSignal(say);
  try {
    signalled.then(() => running ?? console.error('Stopping as soon as it has started.'));
    running = await start();
    const service = running;
    signalled
      .then(() => {
        sayWhatIsAwaited(service);
        return service.close();
      })
      .then(() => process.exit(0), fail);
  } catch (error) {
    fail(error);
  }
}

/** Runs what ends by itself. If it fails it says why and exits as a service does. */
export async function runOnce(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    fail(error);
  }
}

/** Closes one after another in the given order, all of them, and rejects with the first error. */
export async function closeInOrder(parts: readonly Running[]): Promise<void> {
  const errors: unknown[] = [];
  for (const part of parts) await part.close().catch((error) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

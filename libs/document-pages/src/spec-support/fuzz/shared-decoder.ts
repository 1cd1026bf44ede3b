import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { decoderCommand } from '../../decoder-command.ts';
import { type DocumentLimits, defaultLimits } from '../../limits.ts';
import type { Whole } from './inputs.ts';
import type { Verdict } from './outcome.ts';

export interface SharedStart {
  readonly wholes: readonly Whole[];
  readonly seed: number;
  readonly limits: DocumentLimits;
}

export interface SharedAnswer extends Verdict {
  readonly number: number;
  /** In WebAssembly: the process goes on. */
  readonly crashed: boolean;
  /** It should decode no more. */
  readonly isWorn: boolean;
}

/** Large pages take time and find nothing more. */
export const sharedLimits: DocumentLimits = {
  ...defaultLimits,
  ...{ maxPixels: 4_000_000, maxPagePixels: 400_000, dpi: 72, minRenderedSide: 200, pageTimeoutMs: 4000 },
};
const startLimitMs = 60_000;
const main = fileURLToPath(new URL('./shared-decoder-main.ts', import.meta.url));

/** A process that decodes inputs by their numbers, under the limits of a decoder's process; another one after it has died. */
export class SharedDecoder {
  readonly #start: SharedStart;
  #child: ChildProcess | undefined;
  #isFresh = true;

  constructor(wholes: readonly Whole[], seed: number) {
    this.#start = { wholes, seed, limits: sharedLimits };
  }

  /** What became of the input, or undefined if the process died or took too long. */
  async decode(number: number): Promise<SharedAnswer | undefined> {
    const child = this.#child ?? this.#spawn();
    const { promise, resolve } = Promise.withResolvers<SharedAnswer | undefined>();
    const ended = () => resolve(undefined);
    const limitMs = this.#isFresh ? startLimitMs : sharedLimits.pageTimeoutMs;
    const timer = setTimeout(ended, limitMs);
    child.once('message', resolve).once('close', ended).once('error', ended);
    child.send({ number }, (error) => error && ended());
    const answer = await promise;
    clearTimeout(timer);
    child.off('message', resolve).off('close', ended).off('error', ended);
    this.#isFresh = false;
    if (answer === undefined || answer.isWorn) await this.end();
    return answer;
  }

  async end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await closed;
  }

  #spawn(): ChildProcess {
    const { command, args, env } = decoderCommand(this.#start.limits);
    const child = spawn(command, [...args.slice(0, -1), main], {
      ...{ cwd: '/', env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'], serialization: 'advanced' },
    });
    child.on('error', () => {});
    child.send(this.#start, () => {});
    this.#child = child;
    this.#isFresh = true;
    return child;
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { on } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
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

  /**
   * What became of each input, in their order; undefined if the process died over it or took too long. They are sent
   * together, so that the process has work whenever a busy machine lets it run.
   */
  async *decode(numbers: readonly number[]): AsyncGenerator<readonly [number, SharedAnswer | undefined]> {
    for (let done = 0; done < numbers.length; ) {
      const child = this.#child ?? this.#spawn();
      const answers = on(child, 'message', { close: ['close'] });
      child.send({ numbers: numbers.slice(done) }, () => {});
      for (let goesOn = true; goesOn && done < numbers.length; done++) {
        const answer = await this.#next(answers);
        goesOn = answer !== undefined && !answer.isWorn;
        if (!goesOn) await this.end();
        yield [numbers[done] as number, answer];
      }
      await answers.return?.();
    }
  }

  async #next(answers: AsyncIterator<SharedAnswer[]>): Promise<SharedAnswer | undefined> {
    const limitMs = this.#isFresh ? startLimitMs : sharedLimits.pageTimeoutMs;
    const timer = new AbortController();
    const late = delay(limitMs, undefined, { signal: timer.signal });
    late.catch(() => {});
    const answer = await Promise.race([answers.next().catch(() => undefined), late]);
    timer.abort();
    this.#isFresh = false;
    return answer?.done ? undefined : answer?.value[0];
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

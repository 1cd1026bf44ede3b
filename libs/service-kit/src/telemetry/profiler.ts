import { encode, heap, time } from '@datadog/pprof';
import type { Logger } from '../log.ts';
import type { Running } from '../run-service.ts';
import type { PyroscopeClient } from './pyroscope.ts';

/** 100 samples a second. */
const SAMPLE_EVERY_US = 10_000;
/** One sample for so much that is allocated, bytes, and so many frames of its stack, as V8 does by default. */
const SAMPLE_EVERY_BYTES = 512 * 1024;
const STACK_DEPTH = 64;
/** So long a server may take for both profiles, ms: also what a stop waits for one that does not answer. */
const SEND_WITHIN_MS = 3_000;

type Profile = ReturnType<typeof time.stop>;

/** V8's names of what is measured, and those that Pyroscope and pprof have for it. */
const NAMES: Readonly<Record<string, string>> = {
  sample: 'samples',
  objects: 'inuse_objects',
  space: 'inuse_space',
};

function renamed(profile: Profile): Profile {
  const { stringTable, sampleType } = profile;
  for (const measured of sampleType) {
    const name = NAMES[stringTable.strings[Number(measured.type)] ?? ''];
    if (name !== undefined) measured.type = stringTable.dedup(name);
  }
  return profile;
}

/** Profiles the thread that makes it, one at a time, until it is closed; the last profiles are sent then. */
export class Profiler implements Running {
  readonly #client: PyroscopeClient;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #from = new Date();
  #sending: Promise<void> | undefined;
  #failing = false;

  constructor(client: PyroscopeClient, log: Logger, intervalMs: number) {
    this.#client = client;
    this.#log = log;
    heap.start(SAMPLE_EVERY_BYTES, STACK_DEPTH);
    time.start({
      intervalMicros: SAMPLE_EVERY_US,
      durationMillis: intervalMs,
      // Wall and CPU time: contexts are what the CPU time of a sample is kept in.
      collectCpuTime: true,
      withContexts: true,
      workaroundV8Bug: true,
    });
    this.#timer = setInterval(() => this.#round(), intervalMs).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([this.#sending, this.#flush(false)]);
    heap.stop();
  }

  /** What is taken while a server is slow would only pile up, so the profile goes on instead. */
  #round(): void {
    this.#sending ??= this.#flush(true).finally(() => {
      this.#sending = undefined;
    });
  }

  async #flush(restart: boolean): Promise<void> {
    try {
      const from = this.#from;
      const until = new Date();
      this.#from = until;
      const signal = AbortSignal.timeout(SEND_WITHIN_MS);
      for (const profile of [time.stop(restart), heap.profile()])
        await this.#client.send({ pprof: await encode(renamed(profile)), from, until }, signal);
      if (this.#failing) this.#log.info('profiles are sent again');
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#log.warn({ err: error }, 'profiles cannot be sent, and are dropped');
      this.#failing = true;
    }
  }
}

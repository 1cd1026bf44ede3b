import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Beside what its limit counts, a process has the code of Node and of the decoders, MiB. */
const codeMib = 128;
const sampledEveryMs = 100;
/** Growth of our own process that is no leak: heaps settle, MiB. */
const settlingMib = 96;

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};
/** Processes that ours has started and that still run. */
const children = (): string[] =>
  readdirSync('/proc/self/task').flatMap((task) =>
    read(`/proc/self/task/${task}/children`).split(' ').filter(Boolean),
  );
const handles = (): number => readdirSync('/proc/self/fd').length;
/** Files for temporary use that the process has open, but for compiled code. */
function filesOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`)
      .map((handle) => readlinkSync(`/proc/${pid}/fd/${handle}`))
      .filter((file) => /^\/(tmp|var\/tmp|dev\/shm)\//.test(file) && !file.includes('/inkstream-decoder-'));
  } catch {
    return [];
  }
}
const mib = (bytes: number): number => Math.round(bytes / 2 ** 20);

/** Looks at what decoders take while they run, and at what is left of them afterwards. Linux alone tells. */
export class Watch {
  /** Most memory that any decoder has had, MiB. */
  peakMib = 0;
  /** Files for temporary use that a decoder had open: others of the machine have theirs in the same folder. */
  readonly #files = new Set<string>();
  readonly #handles = handles();
  readonly #others = children();
  readonly #timer = setInterval(() => this.#look(), sampledEveryMs);
  #warm: number | undefined;

  /** From here on our memory must not grow. */
  warm(): void {
    globalThis.gc?.();
    this.#warm ??= process.memoryUsage.rss();
  }

  /** What is left that should not be, once every decoder has ended. */
  end(memoryMb: number): string[] {
    clearInterval(this.#timer);
    globalThis.gc?.();
    const now = process.memoryUsage.rss();
    const grown = mib(now - (this.#warm ?? now));
    const left = this.#decoders().filter((pid) => /^State:\s+[^ZX]/m.test(read(`/proc/${pid}/status`)));
    return [
      ...(this.peakMib <= memoryMb + codeMib ? [] : [`a decoder took ${this.peakMib} MiB of memory`]),
      ...(left.length === 0 ? [] : [`${left.length} processes are left`]),
      ...(handles() <= this.#handles ? [] : [`${handles() - this.#handles} handles are left`]),
      ...[...this.#files].map((file) => `a decoder wrote ${file}`),
      ...(grown <= settlingMib ? [] : [`our own memory grew by ${grown} MiB`]),
    ];
  }

  /** Processes that were not there at first. */
  #decoders(): string[] {
    return children().filter((pid) => !this.#others.includes(pid));
  }

  #look(): void {
    for (const pid of this.#decoders()) {
      const peak = /^VmHWM:\s*(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1];
      this.peakMib = Math.max(this.peakMib, Math.round(Number(peak ?? 0) / 1024));
      for (const file of filesOf(pid)) this.#files.add(file);
    }
  }
}

import type { Stored } from './stored.ts';

/** Bytes: resident, and in use on the heap and in buffers. The first stays high where the allocator keeps pages. */
export interface Memory {
  readonly rss: number;
  readonly heap: number;
}

/** An Inkstream that runs apart from the tests, in one process or several. */
export interface RunningInkstream {
  readonly url: string;
  readonly stored: Stored;
  /** Lets documents go on that wait for this name. */
  release(name: string): void;
  /** Resident memory of all of it now, bytes. */
  rss(): Promise<number>;
  /** Memory of all of it once garbage is collected. */
  settled(): Promise<Memory>;
  /** Asks it to end, removes what it has stored, and gives the worst exit code and what was logged. */
  stop(): Promise<{ code: number | null; log: string }>;
}

export interface StartOptions {
  /** Whether `paddle-ocr-local` runs beside the scripted providers. */
  readonly paddle?: boolean;
  /** Configuration beside the defaults. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts an Inkstream with nothing in its stores. */
export type Start = (options: StartOptions) => Promise<RunningInkstream>;

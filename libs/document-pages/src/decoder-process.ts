import { type ChildProcess, spawn } from 'node:child_process';
import { decoderCommand } from './decoder-command.ts';
import { DocumentError } from './document-error.ts';
import { type Frame, FrameReader, frameStart } from './frames.ts';
import type { DocumentLimits } from './limits.ts';
import type { Channels } from './page-image.ts';
import { MOST_TEXT_BYTES } from './text-lines.ts';

/** The descriptor on which the process answers. */
const answers = 3;

/** A process that is slow to start is no fault of the document's: the machine is busy. */
const START_LIMIT_MS = 60_000;

/** Not the document's fault. */
const notStarted = (cause?: unknown): Error => new Error('The decoder could not be started', { cause });

const crashed = (cause: unknown): DocumentError =>
  new DocumentError(
    'corrupt_document',
    'The document is damaged (its decoder crashed); save, scan or photograph it anew',
    { cause },
  );

/** Allocations of V8, libvips and C++ that fail abort the process; the system ends what takes too much. */
function exitFault(code: number | null, signal: NodeJS.Signals | null): DocumentError {
  const cause = `The decoder ended with ${signal ?? code}`;
  switch (signal) {
    case 'SIGABRT':
    case 'SIGTRAP':
      return new DocumentError(
        'document_too_large',
        'The document takes too much memory; make it smaller, or split it',
        { cause },
      );
    case 'SIGKILL':
    case 'SIGXCPU':
      return new DocumentError(
        'timeout',
        'Decoding took more than the system allows; make the document smaller, or split it',
        { cause },
      );
    default:
      return crashed(cause);
  }
}

/**
 * The process that decodes one document. It is not trusted: what it answers must be checked. Whatever ends its use
 * kills it.
 */
export class DecoderProcess {
  readonly #child: ChildProcess;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;
  #ready = false;
  #waiting: PromiseWithResolvers<Frame> | undefined;
  #ended: Error | undefined;

  /** Starts it. An abort of the signal kills it. */
  constructor(limits: DocumentLimits, channels: Channels, signal?: AbortSignal) {
    signal?.throwIfAborted();
    const { command, args, env } = decoderCommand(limits);
    // What decoders write to standard output or error may be bytes of the document.
    this.#child = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore', 'pipe'], cwd: '/', env });
    this.#timeoutMs = limits.pageTimeoutMs;
    this.#child.on('error', (cause) => this.end(notStarted(cause)));
    this.#child.on('close', (code, name) =>
      this.end(this.#ready ? exitFault(code, name) : notStarted(`It ended with ${name ?? code}`)),
    );
    // There are no streams if it could not be started.
    const output = this.#child.stdio?.[answers];
    const frames = new FrameReader(limits.maxPagePixels * channels + MOST_TEXT_BYTES);
    output?.on('data', (chunk: Buffer) => this.#take(frames, chunk));
    // The exit event says what happened.
    for (const stream of [output, this.#child.stdin]) stream?.on('error', () => {});
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /**
   * Sends a request and waits for its answer; one at a time. The first answer says that the process is ready.
   *
   * @throws DocumentError `timeout` if it takes too long, `document_too_large` or `corrupt_document` if the process
   *   ends by itself. Error if it is not ready by then, or what it was ended with.
   */
  async ask(what: string, head: unknown, body?: Uint8Array): Promise<Frame> {
    if (this.#ended) throw this.#ended;
    const waiting = Promise.withResolvers<Frame>();
    this.#waiting = waiting;
    const limitMs = this.#ready ? this.#timeoutMs : START_LIMIT_MS;
    const late = `${what} took longer than ${limitMs / 1000} s`;
    const timer = setTimeout(
      () => this.end(this.#ready ? new DocumentError('timeout', late) : notStarted(late)),
      limitMs,
    );
    this.#child.stdin?.write(frameStart(head, body?.length));
    if (body) this.#child.stdin?.write(body);
    try {
      const frame = await waiting.promise;
      this.#ready = true;
      return frame;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Kills it; whoever waits for it, or asks it later, is rejected with the reason. */
  end(reason: Error): void {
    if (this.#ended) return;
    this.#ended = reason;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#child.kill('SIGKILL');
    this.#waiting?.reject(reason);
  }

  readonly #onAbort = (): void => {
    const reason: unknown = this.#signal?.reason;
    this.end(reason instanceof Error ? reason : new Error(String(reason)));
  };

  #take(frames: FrameReader, chunk: Buffer): void {
    if (this.#ended) return;
    try {
      for (const frame of frames.push(chunk)) {
        if (!this.#waiting) throw new Error('An answer that nobody asked for');
        this.#waiting.resolve(frame);
        this.#waiting = undefined;
      }
    } catch (cause) {
      this.end(crashed(cause));
    }
  }
}

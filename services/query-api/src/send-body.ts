import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/** How Node says that the other side is gone: while it was sent to, and before that. */
const GONE = ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_UNABLE_TO_PIPE'];

/** Sends a body no faster than the client takes it. A client that goes away ends the source, and is no error. */
export async function sendBody(response: Response, ...stages: readonly [Readable, ...Transform[]]) {
  try {
    await pipeline([...stages, response]);
  } catch (error) {
    stages[0].destroy();
    const left = error instanceof Error && 'code' in error && GONE.includes(String(error.code));
    if (!left) throw error;
  }
}

/**
 * Passes on exactly this many bytes: fewer or more than were announced fail, so that nobody takes them for the whole.
 */
export function exactly(bytes: number): Transform {
  let left = bytes;
  const fault = () => new Error(`A body of ${bytes} bytes has ${bytes - left}`);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length;
      done(left < 0 ? fault() : null, chunk);
    },
    flush: (done) => done(left > 0 ? fault() : null),
  });
}

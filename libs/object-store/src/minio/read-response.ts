import { Readable } from 'node:stream';
import { ObjectStoreUnavailableError } from '../errors.ts';
import { asStoreError } from './faults.ts';

/**
 * The bytes of an answer, which is released when the stream ends or is destroyed. It fails with
 * `ObjectStoreUnavailableError` if the answer breaks off or stalls; a reader, and a server that goes on,
 * may be as slow as they like.
 */
export function readResponse(response: Readable, signal: AbortSignal | undefined, stallMs: number): Readable {
  let waiting: NodeJS.Timeout | undefined;
  const stalled = () =>
    body.destroy(new ObjectStoreUnavailableError(`The object store sent nothing for ${stallMs} ms`));
  const body = new Readable({
    ...(signal && { signal }),
    read() {
      waiting ??= setTimeout(stalled, stallMs);
      response.resume();
    },
    destroy(error, done) {
      clearTimeout(waiting);
      response.destroy();
      done(error);
    },
  });
  // It may fail before it is read; reading it then reports the error, and until then nobody else listens.
  body.on('error', () => {});
  response
    .on('data', (chunk: Buffer) => {
      if (body.push(chunk)) {
        waiting?.refresh();
        return;
      }
      response.pause();
      clearTimeout(waiting);
      waiting = undefined;
    })
    .on('end', () => body.push(null))
    .on('error', (error) => body.destroy(asStoreError(error) as Error));
  return body;
}

import type { Socket } from 'node:net';

/** A limit is so many looks, so that a process that was stopped for a while reads its answers before it judges. */
const LOOKS = 4;

/**
 * Ends a connection on which something was sent and nothing came back for `limitMs`, as on one that was cut in one
 * direction: kafkajs would send each of its repetitions on it, for a minute, and the next call's too.
 */
export function endWhenSilent(socket: Socket, limitMs: number): void {
  let [read, answered, looks] = [0, 0, 0];
  const look = () => {
    if (socket.bytesRead !== read || socket.bytesWritten === answered) {
      read = socket.bytesRead;
      answered = socket.bytesWritten;
      looks = 0;
    } else if (++looks > LOOKS) {
      socket.destroy(new Error(`The broker did not answer within ${limitMs} ms`));
    }
  };
  const timer = setInterval(look, limitMs / LOOKS).unref();
  socket.once('close', () => clearInterval(timer));
}

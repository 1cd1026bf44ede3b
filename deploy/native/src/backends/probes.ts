import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

async function connected<T>(
  port: number,
  signal: AbortSignal,
  use: (socket: Socket) => Promise<T>,
): Promise<T> {
  const socket = connect(port, '127.0.0.1');
  const end = () => socket.destroy(new Error('no answer in time'));
  signal.addEventListener('abort', end, { once: true });
  try {
    await once(socket, 'connect', { signal });
    return await use(socket);
  } finally {
    signal.removeEventListener('abort', end);
    socket.destroy();
  }
}

/** Whether something listens there: enough for a server that opens its port last. */
export const listens = (port: number, signal: AbortSignal): Promise<boolean> =>
  connected(port, signal, async () => true);

/**
 * Whether a Kafka broker serves: it answers Metadata, version 1, for no topic, and is itself in the list of brokers,
 * which it enters last. The answer is its length, the correlation id, then how many brokers there are, 32 bits each.
 * https://kafka.apache.org/protocol#The_Messages_Metadata
 */
export const brokerServes = (port: number, signal: AbortSignal): Promise<boolean> =>
  connected(port, signal, async (socket) => {
    const request = Buffer.alloc(18);
    request.writeInt32BE(14, 0); // the length of what follows
    request.writeInt16BE(3, 4); // Metadata
    request.writeInt16BE(1, 6); // its version
    request.writeInt16BE(-1, 12); // no client id; the correlation id before it is 0, and the list of topics empty
    socket.write(request);
    let answer = Buffer.alloc(0);
    while (answer.length < 12) {
      const [chunk] = await once(socket, 'data', { signal });
      answer = Buffer.concat([answer, chunk]);
    }
    return answer.readInt32BE(8) > 0;
  });

import { connect, createServer, type Socket } from 'node:net';

/** A way to the store that can be cut. */
export interface FlakyWay {
  /** The store's URL by this way. */
  readonly url: string;
  /** Ends all connections, and every new one at once. */
  cut(): void;
  restore(): void;
  /** From now on what is asked arrives, and no answer comes back. */
  mute(): void;
  close(): Promise<void>;
}

const portOf = (server: ReturnType<typeof createServer>): number => {
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('No port');
  return address.port;
};

/** A TCP proxy on a port of its own, in front of the store. */
export async function flakyWay(store: string): Promise<FlakyWay> {
  const target = new URL(store);
  const open = new Set<Socket>();
  let [isCut, isMute] = [false, false];
  const server = createServer((near) => {
    const far = connect(Number(target.port || 27017), target.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
    if (isCut) near.destroy();
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => isMute || near.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(store);
  url.host = `127.0.0.1:${portOf(server)}`;
  // Else a replica set's client would find its members by other ways.
  url.searchParams.set('directConnection', 'true');
  const endAll = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: url.href,
    cut() {
      isCut = true;
      endAll();
    },
    restore() {
      [isCut, isMute] = [false, false];
    },
    mute() {
      isMute = true;
    },
    async close() {
      endAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

import { createServer, type Socket } from 'node:net';
import type { Server, ServerCredentials } from '@grpc/grpc-js';

export interface Listener {
  readonly port: number;
  /** Breaks the connection of a peer, which is named as gRPC's `getPeer` does. */
  drop(peer: string): void;
  /** How many connections there are. */
  connections(): number;
  /** Takes no more connections. */
  refuse(): void;
  close(): Promise<void>;
}

/** Listens for a gRPC server with sockets of its own, so that connections can be broken one by one. */
export const listen = async (
  server: Server,
  credentials: ServerCredentials,
  at: { host: string; port: number },
): Promise<Listener> => {
  const injector = server.createConnectionInjector(credentials);
  const sockets = new Map<string, Socket>();
  const acceptor = createServer({ noDelay: true }, (socket) => {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    sockets.set(peer, socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(peer));
    injector.injectConnection(socket);
  });
  await new Promise<void>((resolve, reject) => {
    acceptor.once('error', reject);
    acceptor.listen(at.port, at.host, resolve);
  });
  const address = acceptor.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : at.port,
    drop: (peer) => sockets.get(peer)?.destroy(),
    connections: () => sockets.size,
    refuse: () => void acceptor.close(),
    close: async () => {
      const closed = new Promise<void>((resolve) => acceptor.close(() => resolve()));
      for (const socket of sockets.values()) socket.destroy();
      server.forceShutdown();
      await closed;
    },
  };
};

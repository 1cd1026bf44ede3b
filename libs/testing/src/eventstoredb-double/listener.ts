import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type Server as Acceptor, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { type Server, ServerCredentials } from '@grpc/grpc-js';

export interface Listener {
  readonly port: number;
  /** Breaks the connection of a peer, which is named as gRPC's `getPeer` does. */
  drop(peer: string): void;
  /** Takes no more connections. */
  refuse(): void;
  close(): Promise<void>;
}

export interface Tls {
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
}

/** How HTTP/2 over a plain connection begins; no method of HTTP/1 does. */
const PREFACE = 'PRI';

/** Whether a connection speaks HTTP/2, as its handshake or its first bytes say. */
const speaksHttp2 = (socket: Socket): Promise<boolean> =>
  new Promise((resolve) => {
    if (socket instanceof TLSSocket) return resolve(socket.alpnProtocol === 'h2');
    socket.once('readable', () => {
      const first: Buffer | null = socket.read();
      if (first !== null) socket.unshift(first);
      resolve(first?.toString('latin1', 0, PREFACE.length) === PREFACE);
    });
  });

const acceptorOf = (tls: Tls | undefined, accept: (socket: Socket) => void): Acceptor => {
  if (tls === undefined) return createServer({ noDelay: true }, accept);
  const { key, cert } = tls;
  return createTlsServer({ key, cert, noDelay: true, ALPNProtocols: ['h2', 'http/1.1'] }, accept);
};

/**
 * Listens for a gRPC server, and for HTTP/1 on the same port, with sockets of its own, so that connections can be
 * broken one by one.
 */
export const listen = async (
  grpc: Server,
  http: RequestListener,
  tls: Tls | undefined,
  at: { host: string; port: number },
): Promise<Listener> => {
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const httpServer = createHttpServer(http);
  const sockets = new Map<string, Socket>();
  const acceptor = acceptorOf(tls, (socket) => {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    sockets.set(peer, socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(peer));
    speaksHttp2(socket).then((http2) => {
      if (http2) injector.injectConnection(socket);
      else httpServer.emit('connection', socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    acceptor.once('error', reject);
    acceptor.listen(at.port, at.host, resolve);
  });
  const address = acceptor.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : at.port,
    drop: (peer) => sockets.get(peer)?.destroy(),
    refuse: () => void acceptor.close(),
    close: async () => {
      const closed = new Promise<void>((resolve) => acceptor.close(() => resolve()));
      for (const socket of sockets.values()) socket.destroy();
      grpc.forceShutdown();
      await closed;
    },
  };
};

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';

/** One address for the replicas of a service, as an orchestrator gives it. */
export interface Balancer {
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** The replicas that new connections go to by turns; those that are open stay where they are. */
  send(urls: readonly string[]): void;
  close(): void;
}

/** Starts a balancer of TCP connections on 127.0.0.1. A connection that no replica takes is closed. */
export async function startBalancer(): Promise<Balancer> {
  let replicas: readonly URL[] = [];
  let turn = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const replica = replicas[turn++ % replicas.length];
    if (!replica) {
      client.destroy();
      return;
    }
    const service = connect(Number(replica.port), replica.hostname);
    for (const socket of [client, service]) {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    }
    // Whichever side ends or fails, the other one is told; whoever called repeats.
    pipeline(client, service, client, () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    send(urls) {
      replicas = urls.map((url) => new URL(url));
    },
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Passes connections on to a local port, until those that are open are cut in one direction. */
export async function startOneWayProxy(port: number, target: number) {
  const open = new Set<Socket>();
  const cut = new Set<Socket>();
  const server = createServer((inbound) => {
    const outbound = connect(target, '127.0.0.1');
    for (const socket of [inbound, outbound]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        inbound.destroy();
        outbound.destroy();
      });
    }
    inbound.pipe(outbound);
    outbound.on('data', (chunk) => {
      if (!cut.has(outbound)) inbound.write(chunk);
    });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    /** What comes from the server on the connections that are open now is lost from here on; new ones work. */
    cut(): void {
      for (const socket of open) cut.add(socket);
    },
    async close(): Promise<void> {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

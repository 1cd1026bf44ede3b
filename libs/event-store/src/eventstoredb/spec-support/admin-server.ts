import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import { certificateFor } from './certificate.ts';

/** How a node answers; a test may change it at any time. */
export interface AdminNode {
  /** Its host and port. */
  readonly name: string;
  /** The scavenge that runs; it ends when a test ends it, or by itself. */
  running: string | undefined;
  last: { id: string; result: string } | undefined;
  /** What the next scavenges end with. */
  result: 'Success' | 'Errored' | 'Stopped';
  /** In ms. */
  scavengeMs: number;
  /** The answer to everything, if it is none of the API's. */
  broken: number | undefined;
}

const OPERATOR = `Basic ${Buffer.from('ops:changeit').toString('base64')}`;

/**
 * Scavenges as the HTTP API of EventStoreDB 24.10 documents them: they take a while, fail, or are somebody else's. The
 * wire double's are done when they are answered. Each node is at a port of `localhost`, over TLS, and knows `ops`
 * alone.
 *
 * @see https://docs.kurrent.io/server/v24.10/operations/scavenge.html
 */
export async function startAdminServer(size = 1) {
  const { key, cert, caFile, remove } = await certificateFor('localhost');
  const nodes: AdminNode[] = [];
  /** What was done, in order, such as `begin localhost:2113`. */
  const journal: string[] = [];

  function begin(node: AdminNode): [number, object] {
    if (node.running) return [400, {}];
    const scavengeId = randomUUID();
    node.running = scavengeId;
    journal.push(`begin ${node.name}`);
    setTimeout(() => end(node), node.scavengeMs).unref();
    return [200, { scavengeId }];
  }

  function end(node: AdminNode): void {
    if (node.running) node.last = { id: node.running, result: node.result };
    node.running = undefined;
    journal.push(`end ${node.name}`);
  }

  const gossip = () => ({
    members: nodes.map(({ name }, index) => {
      const [httpEndPointIp, port] = name.split(':');
      const state = index === 0 ? 'Leader' : 'Follower';
      return { state, isAlive: true, httpEndPointIp, httpEndPointPort: Number(port) };
    }),
  });

  function answer(node: AdminNode, { method, url, headers }: IncomingMessage): [number, object] {
    if (node.broken !== undefined) return [node.broken, {}];
    if (url === '/gossip') return [200, gossip()];
    if (headers.authorization !== OPERATOR) return [401, {}];
    const { running, last } = node;
    switch (`${method} ${url}`) {
      case 'POST /admin/scavenge':
        return begin(node);
      case 'GET /admin/scavenge/current':
        return [200, { scavengeId: running ?? '' }];
      case 'GET /admin/scavenge/last':
        return [200, { scavengeId: last?.id ?? '', scavengeResult: running ? 'InProgress' : last?.result }];
      default:
        return [404, {}];
    }
  }

  async function start() {
    let node: AdminNode | undefined;
    const server = createServer({ key, cert }, (asked, response) => {
      const [status, body] = node ? answer(node, asked) : [503, {}];
      response.writeHead(status).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const name = `localhost:${typeof address === 'object' && address !== null ? address.port : 0}`;
    const idle = { running: undefined, last: undefined, broken: undefined };
    node = { ...idle, name, result: 'Success', scavengeMs: 20 };
    nodes.push(node);
    return server;
  }
  const servers: Server[] = [];
  for (let n = 0; n < size; n++) servers.push(await start());

  return {
    nodes,
    journal,
    end,
    /** A connection string for all nodes. */
    url: (user: string, password: string) =>
      `esdb://${user}:${password}@${nodes.map(({ name }) => name).join(',')}?tlsCaFile=${encodeURIComponent(caFile)}`,
    async close() {
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
      await remove();
    },
  };
}

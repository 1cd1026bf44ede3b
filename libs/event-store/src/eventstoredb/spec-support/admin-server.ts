import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { text } from 'node:stream/consumers';
import { certificateFor } from './certificate.ts';

interface User {
  fullName: string;
  groups: readonly string[];
  password: string;
}

/** How a node answers; a test may change it at any time. */
export interface AdminNode {
  name: string;
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

/**
 * The HTTP API for operators as EventStoreDB 24.10 documents it: gossip, scavenges and users. The users are those that
 * it comes with.
 *
 * @see https://docs.kurrent.io/server/v24.10/http-api/security.html
 */
export function createAdminApi() {
  const users = new Map<string, User>([
    ['admin', { fullName: 'Administrator', groups: ['$admins'], password: 'changeit' }],
    ['ops', { fullName: 'Operations', groups: ['$ops'], password: 'changeit' }],
  ]);
  const nodes: AdminNode[] = [];
  /** What was done, in order, such as `begin localhost:2113`. */
  const journal: string[] = [];

  function groupsOf({ headers }: IncomingMessage): readonly string[] | undefined {
    const given = Buffer.from((headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString();
    const [login = '', ...password] = given.split(':');
    const user = users.get(login);
    return user?.password === password.join(':') ? user.groups : undefined;
  }

  function scavenge(node: AdminNode): [number, object | string] {
    if (node.running) return [400, 'Scavenge is already running'];
    const id = randomUUID();
    node.running = id;
    journal.push(`begin ${node.name}`);
    setTimeout(() => end(node), node.scavengeMs);
    return [200, { scavengeId: id }];
  }

  function end(node: AdminNode): void {
    if (node.running) node.last = { id: node.running, result: node.result };
    node.running = undefined;
    journal.push(`end ${node.name}`);
  }

  function changeUsers(path: string, body: Partial<User> & { loginName?: string; newPassword?: string }) {
    const { loginName, fullName = '', groups = [], password = '', newPassword = '' } = body;
    if (loginName !== undefined) {
      if (users.has(loginName)) return 409;
      users.set(loginName, { fullName, groups, password });
      return 201;
    }
    const [, login = '', reset] = /^\/users\/([^/]+)(\/command\/reset-password)?$/.exec(path) ?? [];
    const user = users.get(decodeURIComponent(login));
    if (!user) return 404;
    Object.assign(user, reset ? { password: newPassword } : { fullName, groups });
    return 200;
  }

  const gossip = () => ({
    members: nodes.map(({ name }, index) => {
      const [httpEndPointIp, port] = name.split(':');
      const state = index === 0 ? 'Leader' : 'Follower';
      return { state, isAlive: true, httpEndPointIp, httpEndPointPort: Number(port) };
    }),
  });

  async function answer(node: AdminNode, asked: IncomingMessage): Promise<[number, object | string]> {
    const path = asked.url ?? '';
    if (node.broken !== undefined) return [node.broken, 'broken'];
    if (path === '/gossip') return [200, gossip()];
    const groups = groupsOf(asked);
    const needed = path.startsWith('/users') ? ['$admins'] : ['$admins', '$ops'];
    if (!groups?.some((group) => needed.includes(group))) return [401, ''];
    if (path === '/admin/scavenge' && asked.method === 'POST') return scavenge(node);
    if (path === '/admin/scavenge/current') return [200, { scavengeId: node.running ?? '' }];
    if (path === '/admin/scavenge/last')
      return [
        200,
        { scavengeId: node.last?.id ?? '', scavengeResult: node.running ? 'InProgress' : node.last?.result },
      ];
    if (!path.startsWith('/users')) return [404, ''];
    return [changeUsers(path, JSON.parse((await text(asked)) || '{}')), {}];
  }

  return {
    nodes,
    users,
    journal,
    end,
    /** A node more, at this address once it listens. */
    addNode(name = ''): AdminNode {
      const node: AdminNode = {
        name,
        running: undefined,
        last: undefined,
        result: 'Success',
        scavengeMs: 20,
        broken: undefined,
      };
      nodes.push(node);
      return node;
    },
    async serve(node: AdminNode, asked: IncomingMessage, response: ServerResponse): Promise<void> {
      const [status, body] = await answer(node, asked);
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    },
  };
}

/** That API alone, over TLS, each node at a port of `localhost`. */
export async function startAdminServer(size = 1) {
  const api = createAdminApi();
  const { key, cert, caFile, remove } = await certificateFor('localhost');
  const servers: Server[] = [];
  for (let n = 0; n < size; n++) {
    const node = api.addNode();
    const server = createServer({ key, cert }, (asked, response) => void api.serve(node, asked, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    node.name = `localhost:${typeof address === 'object' && address !== null ? address.port : 0}`;
    servers.push(server);
  }
  return {
    ...api,
    /** A connection string for all nodes. */
    url: (user: string, password: string) =>
      `esdb://${user}:${password}@${api.nodes.map(({ name }) => name).join(',')}?tlsCaFile=${encodeURIComponent(caFile)}`,
    async close() {
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
      await remove();
    },
  };
}

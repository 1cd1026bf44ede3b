import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Access } from '../access/access.ts';
import type { User } from '../access/rights.ts';
import type { EventLog } from '../event-log.ts';
import type { Membership } from '../membership.ts';
import { toCallError } from '../trailers.ts';
import { userRoutes } from './user-routes.ts';

export interface HttpParts {
  readonly log: EventLog;
  readonly membership: Membership;
  readonly access: Access;
  readonly newId: () => string;
}

/** What is answered: a status, and an object if there is something to say. */
export interface Answer {
  readonly status: number;
  readonly body?: object;
}

/** A request, whose sender is known if he gave a right password. */
export interface Request {
  readonly user: User | undefined;
  readonly body: unknown;
}

export type Route = (request: Request, name: string) => Promise<Answer> | Answer;

const capital = (word: string): string => `${word[0]?.toUpperCase()}${word.slice(1)}`;

/** The groups whose members may scavenge. */
const OPERATORS = ['$ops', '$admins'];

const routesOf = ({ log, membership, access, newId }: HttpParts): Record<string, Route> => {
  let lastScavenge: string | undefined;
  const forOperators =
    (route: () => Answer): Route =>
    ({ user }) =>
      access.users === undefined || OPERATORS.some((group) => user?.groups.includes(group))
        ? route()
        : { status: 401 };
  const members = () =>
    membership.peers().map(({ instanceId, state, alive, endPoint }) => ({
      instanceId,
      state: capital(state),
      isAlive: alive,
      httpEndPointIp: endPoint.host,
      httpEndPointPort: endPoint.port,
    }));
  return {
    'GET /health/live': () => ({ status: 204 }),
    'GET /info': () => ({
      status: 200,
      body: { esVersion: '24.10.4', state: membership.state, features: {} },
    }),
    'GET /gossip': () => ({ status: 200, body: { members: members() } }),
    'POST /admin/scavenge': forOperators(() => {
      log.scavenge();
      lastScavenge = newId();
      return { status: 200, body: { scavengeId: lastScavenge } };
    }),
    'GET /admin/scavenge/current': forOperators(() => ({ status: 200, body: { scavengeId: '' } })),
    'GET /admin/scavenge/last': forOperators(() =>
      lastScavenge === undefined
        ? { status: 404 }
        : { status: 200, body: { scavengeId: lastScavenge, scavengeResult: 'Success' } },
    ),
    ...userRoutes(access, membership),
  };
};

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const body = await text(request);
  return body === '' ? undefined : JSON.parse(body);
};

/** A path without its name of a user, and that name. */
const split = (path: string): [pattern: string, name: string] => {
  const [, name = '', command = ''] = /^\/users\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  return name === '' ? [path, ''] : [`/users/:name${command}`, decodeURIComponent(name)];
};

const answer = (response: ServerResponse, { status, body }: Answer): void => {
  const headers = status === 401 ? { 'www-authenticate': 'Basic realm="ESDB"' } : {};
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
};

/**
 * The part of EventStoreDB's HTTP API that operators use: health, `/info`, gossip, scavenges, users. A scavenge is
 * done when it is answered, while a real server only begins it.
 */
export const httpApi = (parts: HttpParts): RequestListener => {
  const routes = routesOf(parts);
  const serve = async (request: IncomingMessage): Promise<Answer> => {
    const { pathname } = new URL(request.url ?? '/', 'http://here');
    const [pattern, name] = split(pathname);
    const route = routes[`${request.method} ${pattern}`];
    if (route === undefined) return { status: 404 };
    const user = parts.access.authenticate({ authorization: request.headers.authorization });
    return route({ user, body: await bodyOf(request) }, name);
  };
  return (request, response) => {
    serve(request).then(
      (done) => answer(response, done),
      (error) => {
        const { code, details } = toCallError(error);
        answer(response, code === 16 ? { status: 401 } : { status: 400, body: { error: details } });
      },
    );
  };
};

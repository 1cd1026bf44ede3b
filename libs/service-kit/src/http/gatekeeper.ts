import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Refusal } from '../refuse.ts';
import { type AllowedHosts, refuseHost, refuseHostHeaders } from './allowed-hosts.ts';
import { addressKey, clientAddress, type TrustProxy } from './client-address.ts';
import { ClientSemaphore, shareOf } from './client-semaphore.ts';
import type { Connection, ConnectionLimits } from './connections.ts';
import { type CorsOrigins, refuseCrossSite } from './cross-site.ts';

export interface GateRules {
  readonly allowedHosts: AllowedHosts;
  readonly corsOrigins: CorsOrigins;
  readonly trustProxy: TrustProxy;
}

/** The paths that probes and scrapers request, by whatever address they know. */
const PROBES: ReadonlySet<string> = new Set(['/health', '/health/ready', '/health/serving', '/metrics']);

function isProbe({ method, url = '' }: IncomingMessage): boolean {
  const [path = ''] = url.split('?', 1);
  return (method === 'GET' || method === 'HEAD') && PROBES.has(path);
}

type Gatekeeper = (request: IncomingMessage, response: ServerResponse, on: Connection) => Refusal | null;

/** Limits the requests under way of each client whose address a trusted proxy reports, as connections are limited. */
function limitForwarded(trustProxy: TrustProxy, mostEach: number): Gatekeeper {
  const requests = new ClientSemaphore(Number.POSITIVE_INFINITY, mostEach);
  return (request, response, { address }) => {
    const client = addressKey(clientAddress(request, trustProxy));
    if (client === address) return null;
    const acquired = requests.acquire(client);
    if (acquired.outcome !== 'acquired')
      return { statusCode: 429, details: 'Too many requests from your address are under way' };
    response.once('close', acquired.release);
    return null;
  };
}

/** The checks that every request to any of our ports must pass before a handler sees it: the refusal, or null. */
export function gatekeeper({
  allowedHosts,
  corsOrigins,
  trustProxy,
  maxConnections,
  maxConnectionsPerAddress = shareOf(maxConnections),
}: GateRules & ConnectionLimits): Gatekeeper {
  const refuseForwarded = limitForwarded(trustProxy, maxConnectionsPerAddress);
  return (request, response, connection) => {
    const ambiguous = refuseHostHeaders(request);
    if (ambiguous || isProbe(request)) return ambiguous;
    return (
      connection.beyond ??
      refuseHost(request, allowedHosts) ??
      refuseCrossSite(request, corsOrigins) ??
      refuseForwarded(request, response, connection)
    );
  };
}

import type { IncomingMessage } from 'node:http';
import type { Refusal } from '../refuse.ts';

/** Whether requests for this host are answered; a name in lower case, without its port. */
export type AllowedHosts = (name: string) => boolean;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** A name, an IPv4 address or an IPv6 one in brackets, and a port. */
const HOST = /^(\[[\da-f:.]+\]|[\w.-]+?)\.?(?::\d*)?$/i;
const ENTRY = /^(\*\.)?([a-z\d_][a-z\d_.-]*|\[[\da-f:.]+\])$/;

export const loopbackNames: AllowedHosts = (name) => LOOPBACK.test(name);

/** Whether a server that listens there can be reached from this machine alone. */
export const isLoopback = (host: string): boolean => loopbackNames(host.includes(':') ? `[${host}]` : host);

/**
 * Names separated by commas; `*.example.com` means all names below `example.com`, but not `example.com` itself.
 *
 * @throws Error that quotes what is not a name.
 */
export function allowedHostsOf(value: string): AllowedHosts {
  const entries = value.split(',').map((entry) => entry.trim().toLowerCase());
  const bad = entries.find((entry) => !ENTRY.test(entry));
  if (bad !== undefined) throw new Error(`must be names without a port, and ${JSON.stringify(bad)} is not`);
  const names = new Set(entries);
  const suffixes = entries.filter((entry) => entry.startsWith('*.')).map((entry) => entry.slice(1));
  return (name) => names.has(name) || suffixes.some((suffix) => name.endsWith(suffix));
}

const nameIn = (authority: string): string => HOST.exec(authority)?.[1]?.toLowerCase() ?? '';

/** The host of a target in absolute form (RFC 9112, 3.2.2), whose path replaces the target. */
function hostOfTarget(request: IncomingMessage): string | null {
  const { url = '' } = request;
  if (url.startsWith('/') || url === '*') return null;
  const target = URL.parse(url);
  request.url = target ? `${target.pathname}${target.search}` : '/';
  return target?.host ?? '';
}

/**
 * Refuses a request for a host that is not ours. Behind another site's name, which that site has pointed to our
 * address, its pages could read and delete everything (DNS rebinding): the browser mistakes us for that site.
 */
export function refuseHost(request: IncomingMessage, allowed: AllowedHosts): Refusal | null {
  const inTarget = hostOfTarget(request);
  const { host = '' } = request.headers;
  const refused = [host, ...(inTarget === null ? [] : [inTarget])].find((one) => !allowed(nameIn(one)));
  if (refused === undefined) return null;
  return {
    statusCode: 421,
    details: `The host ${JSON.stringify(refused.slice(0, 100))} is not served here; ALLOWED_HOSTS names those that are`,
  };
}

/** A request names its host once (RFC 9112, 3.2). A request of HTTP/1.0 may omit it, and then names none of ours. */
export function refuseHostHeaders({ headersDistinct, httpVersion }: IncomingMessage): Refusal | null {
  const { length } = headersDistinct.host ?? [];
  if (length > 1) return { statusCode: 400, details: 'There is more than one Host header' };
  if (length === 0 && httpVersion === '1.1')
    return { statusCode: 400, details: 'The Host header is missing' };
  return null;
}

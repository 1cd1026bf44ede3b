import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import proxyAddr from 'proxy-addr';

/** Whether the address, this many hops from this process, is that of a proxy whose `X-Forwarded-For` is trusted. */
export type TrustProxy = (address: string, hop: number) => boolean;

export const trustNobody: TrustProxy = () => false;

/**
 * Express's values of `trust proxy`: a number of hops, or addresses, networks and the names `loopback`, `linklocal`
 * and `uniquelocal`, separated by commas.
 *
 * @throws Error that says what is wrong. `true` is refused: then any client could claim any address.
 */
export function trustProxyOf(value: string): TrustProxy {
  if (value === 'false') return trustNobody;
  if (value === 'true')
    throw new Error('must be a number of hops or addresses of proxies: `true` would trust every client');
  if (/^\d+$/.test(value)) {
    const hops = Number(value);
    return (_address, hop) => hop < hops;
  }
  const proxies = value.split(',').map((part) => part.trim());
  const bad = proxies.find((proxy) => !isProxy(proxy));
  if (bad === undefined) return proxyAddr.compile(proxies);
  throw new Error(
    `must be a number of hops, or addresses and networks of proxies such as 10.0.0.7, 10.0.0.0/8 or loopback; ${JSON.stringify(bad)} is not`,
  );
}

function isProxy(text: string): boolean {
  try {
    proxyAddr.compile(text);
    return true;
  } catch {
    return false;
  }
}

/** The address of the client, as reported by the trusted proxies. */
export const clientAddress = (request: IncomingMessage, trust: TrustProxy): string =>
  proxyAddr(request, trust) ?? '';

/** An address with the client's port, which some proxies include and which changes with each connection. */
const WITH_PORT = /^(?:([\d.]+)|\[([\da-f:.]+)\])(?::\d+)?$/i;

/** What counts as one client: an IPv4 address, or a /64 of IPv6, any address of which one host can use. */
export function addressKey(told = ''): string {
  const [, v4, v6] = WITH_PORT.exec(told) ?? [];
  const address = v4 ?? v6 ?? told;
  if (!ipaddr.isValid(address)) return told;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6
    ? `${parsed.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')}::/64`
    : parsed.toString();
}

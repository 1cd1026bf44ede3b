import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { addressKey, clientAddress, trustNobody, trustProxyOf } from './client-address.ts';

/** A request that came from this address, through proxies that set this header. */
function request(remoteAddress: string, forwardedFor?: string): IncomingMessage {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
  const incoming = new IncomingMessage(socket);
  if (forwardedFor !== undefined) incoming.headers['x-forwarded-for'] = forwardedFor;
  return incoming;
}

describe('the address of a client', () => {
  const SPOOFED = '198.51.100.9, 203.0.113.7';

  it.each([
    ['nobody is trusted', undefined, '127.0.0.1', '127.0.0.1'],
    ['one hop is trusted', '1', '192.0.2.1', '203.0.113.7'],
    ['two hops are trusted', '2', '192.0.2.1', '198.51.100.9'],
    ['the network of the proxy is trusted', '192.0.2.0/24', '192.0.2.1', '203.0.113.7'],
    ['another network is trusted', '10.0.0.0/8, loopback', '192.0.2.1', '192.0.2.1'],
    ['private addresses are trusted', 'uniquelocal', '172.18.0.5', '203.0.113.7'],
    ['nobody is to be trusted', 'false', '192.0.2.1', '192.0.2.1'],
  ])('is what the last trusted proxy reports if %s', (_what, value, from, expected) => {
    const trust = value === undefined ? trustNobody : trustProxyOf(value);
    expect(clientAddress(request(from, SPOOFED), trust)).toBe(expected);
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['192.0.2.1:50123', '192.0.2.1'],
    ['[2001:db8:1:2::9]:50123', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::9]', '2001:db8:1:2::/64'],
    ['unknown', 'unknown'],
  ])('%s counts as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});

import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, serverConfig } from './config.ts';
import { internalPort, publicPort } from './ports.ts';

const config = (env: Record<string, string>) => readConfig(serverConfig, env);

describe('a port', () => {
  it.each(['0.0.0.0', '::', '192.168.1.5', 'ink.example.com'])(
    'for clients does not open on %s unless ALLOWED_HOSTS names its hosts',
    (HOST) => {
      expect(() => publicPort(config({ HOST }))).toThrow(ConfigError);
      expect(() => publicPort(config({ HOST }))).toThrow(/ALLOWED_HOSTS: must name the hosts/);
      expect(publicPort(config({ HOST, ALLOWED_HOSTS: 'ink.example.com' })).host).toBe(HOST);
      expect(internalPort(config({ HOST }), 'query-api').host).toBe(HOST);
    },
  );

  it.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost'])('on %s needs no names', (HOST) => {
    expect(publicPort(config({ HOST })).allowedHosts?.('localhost')).toBe(true);
  });

  it('for operators and services accepts nothing from pages, whatever CORS_ORIGINS is', () => {
    const open = config({ CORS_ORIGINS: '*' });
    expect(publicPort(open).corsOrigins).toEqual(new Set(['*']));
    expect(internalPort(open, 'projection').corsOrigins).toBeUndefined();
  });

  it.each([
    ['ALLOWED_HOSTS', 'http://ink.example.com', /names without a port/],
    ['ALLOWED_HOSTS', 'ink.example.com:3000', /names without a port/],
    ['ALLOWED_HOSTS', '*', /names without a port/],
    ['CORS_ORIGINS', 'app.example.com', /must be origins/],
    ['CORS_ORIGINS', 'https://app.example.com/', /must be origins/],
    ['TRUST_PROXY', 'true', /would trust every client/],
    ['TRUST_PROXY', 'nowhere', /"nowhere" is not/],
    ['TRUST_PROXY', '10.0.0.0/99', /"10.0.0.0.99" is not/],
  ])('is not configured by %s=%s', (name, value, message) => {
    expect(() => config({ [name]: value })).toThrow(ConfigError);
    expect(() => config({ [name]: value })).toThrow(message);
    expect(() => config({ [name]: value })).toThrow(`${name}: `);
  });
});

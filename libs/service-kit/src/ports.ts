import { hostname } from 'node:os';
import { ConfigError, type ServerConfig } from './config.ts';
import { type AllowedHosts, allowedHostsOf, isLoopback, loopbackNames } from './http/allowed-hosts.ts';
import { trustNobody } from './http/client-address.ts';
import type { ListenOptions } from './server.ts';

const portOf = (config: ServerConfig, allowedHosts: AllowedHosts) => ({
  host: config.HOST,
  port: config.PORT,
  allowedHosts,
  trustProxy: config.TRUST_PROXY ?? trustNobody,
  maxConnections: config.MAX_CONNECTIONS,
  maxConnectionsPerAddress: config.MAX_CONNECTIONS_PER_ADDRESS,
  minRequestRate: config.MIN_REQUEST_RATE,
  minRequestRateWindowMs: config.MIN_REQUEST_RATE_WINDOW_MS,
});

/**
 * The port for clients, under the names that are configured, or loopback names if only this machine can reach it.
 *
 * @throws ConfigError if others can reach it and no name is configured: only its operator knows its names.
 */
export function publicPort(config: ServerConfig): ListenOptions {
  const { HOST, ALLOWED_HOSTS } = config;
  if (!ALLOWED_HOSTS && !isLoopback(HOST))
    throw new ConfigError(
      `The configuration is not valid:\n  ALLOWED_HOSTS: must name the hosts by which clients reach this service, such as "ink.example.com,localhost", since HOST (${HOST}) lets in more than this machine`,
    );
  const corsOrigins = config.CORS_ORIGINS ?? new Set();
  return { ...portOf(config, ALLOWED_HOSTS ?? loopbackNames), corsOrigins };
}

/**
 * A port for other services and operators, by default under the service's name, the machine's and loopback names. Pages
 * may not use it, whatever CORS_ORIGINS is, which is for the API.
 */
export function internalPort(config: ServerConfig, service: string): ListenOptions {
  const own = allowedHostsOf(`${service},${hostname()}`);
  return portOf(config, config.ALLOWED_HOSTS ?? ((name) => loopbackNames(name) || own(name)));
}

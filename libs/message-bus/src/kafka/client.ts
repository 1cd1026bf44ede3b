import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import kafkajs, { type Kafka, type KafkaConfig, type RetryOptions } from 'kafkajs';
import { letConnectionsIdle } from './idle-connections.ts';
import { clientLog, type Log } from './log.ts';
import { endWhenSilent } from './silent-sockets.ts';

letConnectionsIdle();

const KEEP_ALIVE_MS = 60_000;
export const REQUEST_TIMEOUT_MS = 10_000;

/** Some two seconds in all: who calls may call again, and consumers start anew for as long as it takes. */
export const RETRY: RetryOptions = { retries: 4, initialRetryTime: 100, maxRetryTime: 1_000 };

export interface ClientOptions {
  readonly ssl?: KafkaConfig['ssl'] | undefined;
  readonly sasl?: KafkaConfig['sasl'] | undefined;
  /** Some brokers of the cluster, each `host:port`; the others are found through them. */
  readonly brokers: readonly string[];
  /** What the brokers call this client in their logs and quotas (default `inkstream`). */
  readonly clientId?: string;
  readonly log: Log | undefined;
  /** A connection that owes an answer for so long is given up, in ms. Not for consumers: who joins a group waits. */
  readonly answerWithinMs?: number;
}

/**
 * A client of the cluster. Each consumer needs one of its own: kafkajs keeps the offsets of a group once per client,
 * and two consumers of one group would overwrite each other's.
 */
export function createClient({
  brokers,
  clientId = 'inkstream',
  ssl,
  sasl,
  log,
  answerWithinMs,
}: ClientOptions): Kafka {
  return new kafkajs.Kafka({
    brokers: [...brokers],
    clientId,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
    retry: RETRY,
    connectionTimeout: 3_000,
    requestTimeout: REQUEST_TIMEOUT_MS,
    logLevel: kafkajs.logLevel.INFO,
    logCreator: clientLog(log),
    socketFactory: socketFactory(answerWithinMs),
  });
}

/** As kafkajs's own, but a small request never waits for the acknowledgement of the one before it. */
const socketFactory =
  (answerWithinMs: number | undefined): NonNullable<KafkaConfig['socketFactory']> =>
  ({ host, port, ssl, onConnect }) => {
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const socket = ssl
      ? connectTls({ host, port, ...servername, ...ssl }, onConnect)
      : connectTcp({ host, port }, onConnect);
    if (answerWithinMs !== undefined) endWhenSilent(socket, answerWithinMs);
    return socket.setKeepAlive(true, KEEP_ALIVE_MS).setNoDelay(true);
  };

import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import kafkajs, { type Kafka, type KafkaConfig, type RetryOptions } from 'kafkajs';
import { letConnectionsIdle } from './idle-connections.ts';
import { clientLog, type Log } from './log.ts';

letConnectionsIdle();

const KEEP_ALIVE_MS = 60_000;
/** A limit is this many checks, so that a process that was stopped for a while reads its answers before it decides. */
const CHECKS = 4;
export const REQUEST_TIMEOUT_MS = 10_000;

/** Some two seconds in all: callers may retry, and consumers restart for as long as it takes. */
export const RETRY: RetryOptions = { retries: 4, initialRetryTime: 100, maxRetryTime: 1_000 };

export interface ClientOptions {
  readonly ssl?: KafkaConfig['ssl'] | undefined;
  readonly sasl?: KafkaConfig['sasl'] | undefined;
  /** Some brokers of the cluster, each `host:port`; the others are found through them. */
  readonly brokers: readonly string[];
  /** The name of this client in the brokers' logs and quotas (default `inkstream`). */
  readonly clientId?: string;
  readonly log: Log | undefined;
  /**
   * A connection on which an answer is overdue for this long is closed, in ms. Not for consumers: joining a group may
   * wait longer.
   */
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

/** Like kafkajs's own, but a small request never waits for the acknowledgement of the one before it. */
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

/**
 * Ends a connection on which something was sent and nothing came back for `limitMs`, as on one that was cut in one
 * direction: kafkajs would send each retry on it, for a minute, and those of the next call too.
 */
function endWhenSilent(socket: Socket, limitMs: number): void {
  let [read, answered, checks] = [0, 0, 0];
  const check = () => {
    if (socket.bytesRead !== read || socket.bytesWritten === answered) {
      read = socket.bytesRead;
      answered = socket.bytesWritten;
      checks = 0;
    } else if (++checks > CHECKS) {
      socket.destroy(new Error(`The broker did not answer within ${limitMs} ms`));
    }
  };
  const timer = setInterval(check, limitMs / CHECKS).unref();
  socket.once('close', () => clearInterval(timer));
}

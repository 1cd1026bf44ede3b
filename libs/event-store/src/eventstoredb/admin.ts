import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { parseConnectionString } from '@eventstore/db-client/dist/Client/parseConnectionString.js';
import { EventStoreRefusedError, EventStoreUnavailableError } from '../errors.ts';
import { commandsUrl } from './connection-string.ts';
import { tlsFaultOf } from './tls-fault.ts';

const LIMIT_MS = 10_000;
/** No valid answer is longer; a longer one would fill the memory. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface Answer {
  readonly status: number;
  /** JSON if it is, else text. */
  readonly body: unknown;
}

export interface AdminRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: object;
  readonly signal?: AbortSignal | undefined;
}

/** The HTTP API for operators, which each node serves beside gRPC: its own address, user and certificate authority. */
export interface Admin {
  /** The hosts that the connection string names. */
  readonly hosts: readonly Endpoint[];
  /** The user that it names; undefined on a server without security. */
  readonly user: { readonly username: string; readonly password: string } | undefined;
  /**
   * Asks one node. Statuses are left to the caller, except those that no caller can use.
   *
   * @throws EventStoreRefusedError if the credentials (401) or the certificate are wrong, or the right is missing
   *   (403).
   * @throws EventStoreUnavailableError if it does not answer within 10 s, or says that it cannot now (5xx, 408).
   */
  ask(node: Endpoint, request: AdminRequest): Promise<Answer>;
}

/**
 * Reads a connection string such as `esdb://ops:secret@a:2113,b:2113?tlsCaFile=/ca.pem`.
 *
 * @throws Error if it is not one.
 * @see https://docs.kurrent.io/server/v24.10/http-api/
 */
export function openAdmin(url: string, limitMs = LIMIT_MS): Admin {
  const { hosts, defaultCredentials: user, tls = true, tlsCAFile } = parseConnectionString(commandsUrl(url));
  const auth = user && `${user.username}:${user.password}`;

  async function send({ address, port }: Endpoint, { method, path, body, signal }: AdminRequest) {
    const limit = AbortSignal.timeout(limitMs);
    const payload = body && JSON.stringify(body);
    const options = {
      host: address,
      port,
      method,
      path,
      agent: false,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      headers: {
        accept: 'application/json',
        ...(payload
          ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }
          : { 'content-length': 0 }),
      },
      ...(auth && tls ? { auth } : {}),
      ...(tls && tlsCAFile ? { ca: await readFile(tlsCAFile) } : {}),
    };
    return new Promise<Answer>((resolve, reject) => {
      const request = (tls ? httpsRequest : httpRequest)(options, (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_ANSWER_BYTES) request.destroy(new Error('The answer is too long'));
          else chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString()) }),
        );
      });
      request.on('error', reject);
      request.end(payload);
    });
  }

  async function ask(node: Endpoint, request: AdminRequest): Promise<Answer> {
    const where = `${node.address}:${node.port}`;
    let answer: Answer;
    try {
      answer = await send(node, request);
    } catch (error) {
      if (request.signal?.aborted) throw request.signal.reason;
      const fault = tlsFaultOf(error);
      if (fault) throw new EventStoreRefusedError('connect', `EventStoreDB at ${where}: ${fault}`);
      throw new EventStoreUnavailableError(`EventStoreDB at ${where} does not answer`, { cause: error });
    }
    const { status } = answer;
    const who = user ? `the user "${user.username}"` : 'a client without a user';
    if (status === 401)
      throw new EventStoreRefusedError(
        'sign in',
        `EventStoreDB at ${where} refuses ${who}: the password is wrong, or it may not ${request.method} ${request.path}`,
      );
    if (status === 403)
      throw new EventStoreRefusedError(
        `${request.method} ${request.path}`,
        `EventStoreDB at ${where}: ${who} may not ${request.method} ${request.path}`,
      );
    if (status >= 500 || status === 408)
      throw new EventStoreUnavailableError(`EventStoreDB at ${where} answers ${status} to ${request.path}`);
    return answer;
  }

  return { hosts, user, ask };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

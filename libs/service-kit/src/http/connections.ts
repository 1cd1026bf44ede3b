import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Refusal } from '../refuse.ts';
import { addressKey, type TrustProxy } from './client-address.ts';
import { shareOf } from './client-semaphore.ts';

/** This many more than the cap may be open, on which only health checks are answered. */
const SPARE_CONNECTIONS = 64;
/** The part of the files that the process may have open; a connection may need a second one, for a store or a file. */
const SHARE_OF_FILES = 0.4;

export interface ConnectionLimits {
  readonly maxConnections: number;
  /** By default a fifth of all. */
  readonly maxConnectionsPerAddress?: number | undefined;
  readonly trustProxy: TrustProxy;
}

export interface Connection {
  readonly socket: Socket;
  readonly address: string;
  /** Why only health checks are answered on it. */
  readonly beyond: Refusal | null;
  /** The request that came last on it. */
  request: IncomingMessage | null;
  /** The number of answers that are due on it. */
  owed: number;
}

const FULL: Refusal = { statusCode: 503, details: 'Too many connections are open; try again' };
const SHARE_USED: Refusal = { statusCode: 429, details: 'Too many connections from your address are open' };

function openFilesLimit(): number {
  const report = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft?: number | string } };
  };
  const soft = Number(report.userLimits?.open_files?.soft);
  return Number.isNaN(soft) ? Number.POSITIVE_INFINITY : soft;
}

/** All connections, or those of an address. */
class Group {
  /** Those on which no answer is due; the one that has waited longest for a request is the first. */
  readonly waiting = new Set<Connection>();
  open = 0;
}

/**
 * The connections of a server, capped in all and by address. One too many takes the place of the one that has waited
 * longest without a whole request, of the same address if that has its share, so that connections which never send a
 * request keep nobody out. If all are busy, it is one of the few beyond the cap, on which only health checks are
 * answered.
 */
export class Connections {
  readonly #open = new Map<Socket, Connection>();
  readonly #all = new Group();
  readonly #byAddress = new Map<string, Group>();
  readonly #beyond = new Set<Connection>();
  readonly #most: number;
  readonly #mostEach: number;
  readonly #trustProxy: TrustProxy;

  constructor({ maxConnections, maxConnectionsPerAddress, trustProxy }: ConnectionLimits) {
    this.#most = Math.min(maxConnections, Math.floor(openFilesLimit() * SHARE_OF_FILES));
    this.#mostEach = Math.min(maxConnectionsPerAddress ?? shareOf(this.#most), this.#most);
    this.#trustProxy = trustProxy;
  }

  [Symbol.iterator](): Iterator<Connection> {
    return this.#open.values();
  }

  of(socket: Socket): Connection | undefined {
    return this.#open.get(socket);
  }

  add(socket: Socket): void {
    const { remoteAddress = '' } = socket;
    const address = addressKey(remoteAddress);
    const beyond = this.#makeRoom(address, this.#trustProxy(remoteAddress, 0));
    const connection: Connection = { socket, address, beyond, request: null, owed: 0 };
    this.#open.set(socket, connection);
    if (beyond) this.#beyond.add(connection);
    else {
      const group = this.#byAddress.get(address) ?? new Group();
      this.#byAddress.set(address, group);
      this.#all.open++;
      group.open++;
    }
    this.#waits(connection);
    socket.once('close', () => this.#remove(connection));
  }

  /** Must be called for each request, and once it is answered. */
  asked(connection: Connection, request: IncomingMessage): void {
    connection.request = request;
    connection.owed++;
    this.#waits(connection);
  }

  answered(connection: Connection): void {
    connection.owed--;
    this.#waits(connection);
  }

  /** Why there is only room beyond the cap, null once there is room. */
  #makeRoom(address: string, trusted: boolean): Refusal | null {
    const own = this.#byAddress.get(address);
    const shareUsed = !trusted && own !== undefined && own.open >= this.#mostEach;
    if (!shareUsed && this.#all.open < this.#most) return null;
    const [idle] = shareUsed ? own.waiting : this.#all.waiting;
    if (idle) {
      this.#end(idle);
      return null;
    }
    const [oldest] = this.#beyond;
    if (oldest && this.#beyond.size >= SPARE_CONNECTIONS) this.#end(oldest);
    return shareUsed ? SHARE_USED : FULL;
  }

  #groupsOf({ address, beyond, socket }: Connection): readonly Group[] {
    const own = this.#byAddress.get(address);
    return beyond || !own || !this.#open.has(socket) ? [] : [this.#all, own];
  }

  #waits(connection: Connection): void {
    for (const { waiting } of this.#groupsOf(connection)) {
      waiting.delete(connection);
      if (connection.owed === 0) waiting.add(connection);
    }
  }

  #end(connection: Connection): void {
    this.#remove(connection);
    connection.socket.destroy();
  }

  #remove(connection: Connection): void {
    for (const group of this.#groupsOf(connection)) {
      group.open--;
      group.waiting.delete(connection);
      if (group.open === 0) this.#byAddress.delete(connection.address);
    }
    this.#beyond.delete(connection);
    this.#open.delete(connection.socket);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreRefusedError, EventStoreUnavailableError } from '../errors.ts';
import type { Scavenger } from '../scavenge.ts';
import { type Admin, type Endpoint, openAdmin } from './admin.ts';

const POLL_MS = 1_000;
/** No log takes longer, and a wait without limit would be stuck. */
const LONGEST_MS = 24 * 3_600_000;
const IN_PROGRESS = 400;
const NOT_FOUND = 404;
const OK = 200;

export interface EventStoreDbScavengerOptions {
  /** A connection string with an operations user (`$ops`) in it; any will do on a server without security. */
  readonly url: string;
  /** How often it asks whether a scavenge has ended, in ms (default 1,000). */
  readonly pollMs?: number;
}

/**
 * Scavenges the nodes of EventStoreDB or KurrentDB, each by its own HTTP API. A scavenge closes the chunk that is
 * written to, so a small log need not wait until one is full.
 *
 * @throws Error if the connection string is not one.
 * @see https://docs.kurrent.io/server/v24.10/operations/scavenge.html
 */
export function openEventStoreDbScavenger({
  url,
  pollMs = POLL_MS,
}: EventStoreDbScavengerOptions): Scavenger {
  const admin = openAdmin(url);

  async function stateOf(node: Endpoint, which: 'current' | 'last', signal: AbortSignal) {
    const path = `/admin/scavenge/${which}`;
    const { status, body } = await admin.ask(node, { method: 'GET', path, signal });
    if (status === NOT_FOUND && which === 'last') return undefined;
    if (status !== OK) throw unexpected(node, path, status);
    const { scavengeId = '', scavengeResult = '' } = body as Record<string, string>;
    return { id: scavengeId, result: scavengeResult };
  }

  async function untilIdle(node: Endpoint, signal: AbortSignal): Promise<void> {
    while ((await stateOf(node, 'current', signal))?.id) await sleep(pollMs, undefined, { signal });
  }

  async function begin(node: Endpoint, signal: AbortSignal): Promise<string> {
    const path = '/admin/scavenge';
    for (;;) {
      const { status, body } = await admin.ask(node, { method: 'POST', path, signal });
      if (status === OK) return String((body as Record<string, unknown>).scavengeId);
      if (status !== IN_PROGRESS) throw unexpected(node, path, status);
      await untilIdle(node, signal);
    }
  }

  return {
    copies: async (signal) => (await nodesOf(admin, signal)).map(nameOf),

    async scavenge(copy, signal) {
      const node = endpointOf(copy);
      const limited = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]);
      const id = await begin(node, limited);
      await untilIdle(node, limited);
      const last = await stateOf(node, 'last', limited);
      // Older releases only report that it ended, not how.
      if (last !== undefined && (last.id !== id || last.result !== 'Success'))
        throw new EventStoreUnavailableError(
          `The scavenge ${id} of ${copy} did not succeed: ${last.result || 'its result is unknown'}`,
        );
    },
  };
}

/** Every node of the cluster, whether it is alive or not; the host itself if it is alone, whatever it calls itself. */
async function nodesOf(admin: Admin, signal: AbortSignal): Promise<readonly Endpoint[]> {
  const faults: unknown[] = [];
  for (const host of admin.hosts) {
    try {
      const { status, body } = await admin.ask(host, { method: 'GET', path: '/gossip', signal });
      if (status !== OK) throw unexpected(host, '/gossip', status);
      const { members = [] } = body as { members?: readonly Member[] };
      const nodes = members.filter(({ state }) => state !== 'Manager');
      if (nodes.length <= 1) return [host];
      return nodes.map(({ httpEndPointIp: address, httpEndPointPort: port }) => ({ address, port }));
    } catch (error) {
      if (signal.aborted || error instanceof EventStoreRefusedError) throw error;
      faults.push(error);
    }
  }
  throw faults[0];
}

/** From the answer to `GET /gossip`. The address may be a host's name. */
interface Member {
  readonly state: string;
  readonly httpEndPointIp: string;
  readonly httpEndPointPort: number;
}

const nameOf = ({ address, port }: Endpoint) => `${address}:${port}`;

function endpointOf(name: string): Endpoint {
  const colon = name.lastIndexOf(':');
  return { address: name.slice(0, colon), port: Number(name.slice(colon + 1)) };
}

const unexpected = (node: Endpoint, path: string, status: number) =>
  new EventStoreUnavailableError(`EventStoreDB at ${nameOf(node)} answers ${status} to ${path}`);

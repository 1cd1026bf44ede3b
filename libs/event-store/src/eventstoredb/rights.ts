import {
  AccessDeniedError,
  ANY,
  END,
  EventStoreDBClient,
  StreamNotFoundError,
  streamNameFilter,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { EventStoreRefusedError, type Right } from '../errors.ts';
import { inClassicMode } from './batch-appends.ts';
import { commandsUrl } from './connection-string.ts';
import { toFault } from './faults.ts';
import { RenewableClient } from './renewable-client.ts';
import { pageReader } from './stream-reader.ts';
import { findTlsFault, readConnection } from './tls-fault.ts';
import { withTimeout } from './with-timeout.ts';

/**
 * Nothing is ever written to it: the server checks an append of no events like any other, and a deletion that fails.
 */
const PROBE = 'inkstream-rights';
/** https://grpc.io/docs/guides/status-codes/ */
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

const WITHOUT: Record<Right, string> = {
  read: 'read streams ($r of $userStreamAcl in $settings)',
  append: 'append ($w of $userStreamAcl in $settings)',
  subscribe: 'subscribe to all streams ($r in the metadata of $all)',
  truncate: 'truncate streams ($d, $mr and $mw of $userStreamAcl in $settings)',
};

type Try = (clients: RenewableClient, limitMs: number) => Promise<void>;

const readNothing: (...args: [...Parameters<Try>, stream: string]) => Promise<void> = async (
  clients,
  limitMs,
  stream,
) => {
  await pageReader(clients, limitMs)(stream, { limit: 1 });
};

const appendNothing: typeof readNothing = async ({ client }, deadline, stream) => {
  await client.appendToStream(stream, [], { expectedRevision: ANY, deadline });
};

const tries: Record<Right, Try> = {
  read: (clients, limitMs) => readNothing(clients, limitMs, PROBE),
  append: (clients, limitMs) => appendNothing(clients, limitMs, PROBE),
  async subscribe({ client }) {
    const filter = streamNameFilter({ prefixes: [PROBE] });
    const subscription = client.subscribeToAll({ fromPosition: END, filter });
    try {
      await new Promise<void>((resolve, reject) => {
        subscription.on('confirmation', () => resolve()).on('error', reject);
      });
    } finally {
      subscription.destroy();
      subscription.unsubscribe().catch(() => {});
    }
  },
  async truncate(clients, limitMs) {
    await readNothing(clients, limitMs, `$$${PROBE}`);
    await appendNothing(clients, limitMs, `$$${PROBE}`);
    await clients.client.deleteStream(PROBE, { expectedRevision: 0n, deadline: limitMs }).catch((error) => {
      if (!(error instanceof WrongExpectedVersionError || error instanceof StreamNotFoundError)) throw error;
    });
  },
};

export interface Rights {
  /**
   * Tries what each right allows, in a way that leaves nothing behind.
   *
   * @throws EventStoreRefusedError if the password, the certificate or a right is wrong: the first of them.
   * @throws EventStoreUnavailableError if the server does not answer, which proves nothing about rights.
   */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Tries rights on a connection of its own, in the classic mode, whose refusals have codes. */
export function openRights(url: string, rights: readonly Right[], limitMs: number): Rights {
  const connection = readConnection(url);
  const clients = new RenewableClient(
    (nth) => inClassicMode(EventStoreDBClient.connectionString(commandsUrl(url, nth))),
    2 * limitMs,
  );
  const who = connection.user === undefined ? 'a client without a user' : `the user "${connection.user}"`;

  async function attempt(right: Right): Promise<void> {
    const { client } = clients;
    const abandon = () => clients.renew(client);
    try {
      await withTimeout(limitMs, undefined, () => tries[right](clients, limitMs), abandon);
    } catch (cause) {
      const code = codeOf(cause);
      if (code === UNAUTHENTICATED)
        throw new EventStoreRefusedError('sign in', `EventStoreDB does not accept the password of ${who}`);
      if (code === PERMISSION_DENIED || cause instanceof AccessDeniedError)
        throw new EventStoreRefusedError(
          right,
          `EventStoreDB refuses the right "${right}": ${who} may not ${WITHOUT[right]}; npm run event-store -- setup grants it`,
        );
      throw toFault(cause);
    }
  }

  return {
    async check() {
      const outcomes = await Promise.allSettled(rights.map(attempt));
      const faults = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      const refusal = faults.find((fault) => fault instanceof EventStoreRefusedError);
      if (refusal) throw refusal;
      if (faults.length === 0) return;
      const tlsFault = await findTlsFault(connection, limitMs);
      throw tlsFault ? new EventStoreRefusedError('connect', tlsFault) : faults[0];
    },
    close: () => clients.close(),
  };
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined);

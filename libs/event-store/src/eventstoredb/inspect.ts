import type { Right } from '../errors.ts';
import { storeTime } from '../store-time.ts';
import { openAdmin } from './admin.ts';
import { openEventStoreDb } from './eventstoredb.ts';
import { openRights } from './rights.ts';

const LIMIT_MS = 8_000;

/** A server as it is found. */
export interface EventStoreDbState {
  /** Such as `24.10.4`; undefined if it does not tell. */
  readonly version: string | undefined;
  /** The server's clock. */
  readonly now: Date;
}

/**
 * Tries what each right allows, and appends one event to the stream by which services ask for the time.
 *
 * @throws EventStoreRefusedError if the password, the certificate or a right is wrong: the first of them.
 * @throws EventStoreUnavailableError if it does not answer.
 */
export async function inspectEventStoreDb(url: string, rights: readonly Right[]): Promise<EventStoreDbState> {
  const tried = openRights(url, rights, LIMIT_MS);
  try {
    await tried.check();
  } finally {
    await tried.close();
  }
  const store = await openEventStoreDb({ url, limitMs: LIMIT_MS });
  try {
    const now = await storeTime(store);
    return { version: await versionOf(url), now };
  } finally {
    await store.close();
  }
}

/** What it says of itself at `/info`, which not every server that speaks its protocol has. */
async function versionOf(url: string): Promise<string | undefined> {
  const admin = openAdmin(url, LIMIT_MS);
  const [node] = admin.hosts;
  if (node === undefined) return undefined;
  const answer = await admin.ask(node, { method: 'GET', path: '/info' }).catch(() => undefined);
  const body = answer?.body;
  if (typeof body !== 'object' || body === null) return undefined;
  const version = 'dbVersion' in body ? body.dbVersion : 'esVersion' in body ? body.esVersion : undefined;
  return typeof version === 'string' ? version : undefined;
}

import { EventStoreDBClient, type JSONType, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { EventStoreUnavailableError } from '../errors.ts';
import { type Admin, type AdminRequest, openAdmin } from './admin.ts';
import { inClassicMode } from './batch-appends.ts';
import { commandsUrl } from './connection-string.ts';
import { RenewableClient } from './renewable-client.ts';
import { pageReader } from './stream-reader.ts';
import { withTimeout } from './with-timeout.ts';

const LIMIT_MS = 10_000;
const OK = 200;
const CREATED = 201;
const CONFLICT = 409;
const SETTINGS = '$settings';
/** The rights to streams without an access list of their own: read, write, delete, read and write their metadata. */
const USER_STREAM_RIGHTS = ['$r', '$w', '$d', '$mr', '$mw'] as const;
/** Everybody, in an access list. */
const EVERYBODY = '$all';

export interface SetUpOptions {
  /** The connection string of an administrator (`$admins`). */
  readonly adminUrl: string;
  /** That of the services: it names the user to create, and the password. */
  readonly serviceUrl: string;
  /** That of the housekeeper, if it has a user of its own. */
  readonly operationsUrl?: string | undefined;
  readonly report: (line: string) => void;
}

/**
 * Creates the users that Inkstream needs, with the least rights that suffice, and shuts others out of its streams. Run
 * again it changes nothing but passwords, which become those of the connection strings.
 *
 * @throws EventStoreRefusedError if the user is not an administrator.
 * @throws Error if a connection string names no user, or the administrator.
 * @see https://docs.kurrent.io/server/v24.10/security/user-authorization.html
 */
export async function setUpEventStoreDb({
  adminUrl,
  serviceUrl,
  operationsUrl,
  report,
}: SetUpOptions): Promise<void> {
  const admin = openAdmin(adminUrl);
  const service = userOf(serviceUrl, admin, 'of the services');
  await putUser(admin, service, 'Inkstream', [], report);
  if (operationsUrl !== undefined)
    await putUser(
      admin,
      userOf(operationsUrl, admin, 'for operations'),
      'Inkstream housekeeper',
      ['$ops'],
      report,
    );
  const clients = new RenewableClient(
    (nth) => inClassicMode(EventStoreDBClient.connectionString(commandsUrl(adminUrl, nth))),
    LIMIT_MS,
  );
  try {
    await withTimeout(LIMIT_MS, undefined, () => allowReadingAll(clients, service.username, report));
    await withTimeout(LIMIT_MS, undefined, () => allowUserStreams(clients, service.username, report));
  } finally {
    await clients.close();
  }
}

type User = NonNullable<Admin['user']>;

function userOf(url: string, admin: Admin, whose: string): User {
  const { user } = openAdmin(url);
  if (user === undefined) throw new Error(`The connection string ${whose} names no user`);
  if (user.username === admin.user?.username)
    throw new Error(`The connection string ${whose} names the administrator: it needs a user of its own`);
  return user;
}

async function putUser(
  admin: Admin,
  { username, password }: User,
  fullName: string,
  groups: readonly string[],
  report: SetUpOptions['report'],
): Promise<void> {
  const [node] = admin.hosts;
  if (node === undefined) throw new Error('The connection string names no host');
  const path = `/users/${encodeURIComponent(username)}`;
  const ask = async (request: AdminRequest, expected: readonly number[]) => {
    const answer = await admin.ask(node, request);
    if (expected.includes(answer.status)) return answer;
    const { method, path: asked } = request;
    throw new EventStoreUnavailableError(`EventStoreDB answers ${answer.status} to ${method} ${asked}`);
  };
  const body = { loginName: username, fullName, groups, password };
  const made = await ask({ method: 'POST', path: '/users/', body }, [CREATED, CONFLICT]);
  if (made.status === CONFLICT) {
    const { body: found } = await ask({ method: 'GET', path }, [OK]);
    const has = (found as { data?: { groups?: readonly string[] } }).data?.groups ?? [];
    if (has.toSorted().join() !== groups.toSorted().join())
      await ask({ method: 'PUT', path, body: { fullName, groups } }, [OK]);
    const reset = { method: 'POST', path: `${path}/command/reset-password` } as const;
    await ask({ ...reset, body: { newPassword: password } }, [OK]);
  }
  const what = made.status === CONFLICT ? 'was there; it has this password now' : 'is made';
  report(`user ${username} (${groups.join(', ') || 'no group'}): ${what}`);
}

type AccessList = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The entry with the user in it, and without everybody; undefined if nothing changes. */
function withUser(entry: string | readonly string[] | undefined, user: string): string[] | undefined {
  const named = entry === undefined ? [] : [entry].flat();
  const kept = named.filter((one) => one !== EVERYBODY && one !== user);
  return named.includes(user) && !named.includes(EVERYBODY) ? undefined : [...kept, user];
}

/** A subscription to all streams needs `$r` in the metadata of `$all`, which without them only administrators have. */
async function allowReadingAll(
  clients: RenewableClient,
  user: string,
  report: SetUpOptions['report'],
): Promise<void> {
  const changed = await change(clients, `$$${EVERYBODY}`, '$metadata', (metadata) => {
    const list = metadata.$acl as AccessList | undefined;
    const readers = withUser(list?.$r, user);
    return readers && { ...metadata, $acl: { ...list, $r: readers } };
  });
  report(`$all: ${user} ${changed ? 'may read it now' : 'could read it'}`);
}

async function allowUserStreams(
  clients: RenewableClient,
  user: string,
  report: SetUpOptions['report'],
): Promise<void> {
  const changed = await change(clients, SETTINGS, SETTINGS, (settings) => {
    const list = settings.$userStreamAcl as AccessList | undefined;
    const changes = USER_STREAM_RIGHTS.flatMap((right) => {
      const entry = withUser(list?.[right], user);
      return entry === undefined ? [] : [[right, entry] as const];
    });
    if (changes.length === 0) return undefined;
    return { ...settings, $userStreamAcl: { ...list, ...Object.fromEntries(changes) } };
  });
  const rights = USER_STREAM_RIGHTS.join(' ');
  report(
    `$settings: ${user} ${changed ? 'has now' : 'had'} ${rights} on streams; whoever is not named has nothing`,
  );
}

/** Appends what `next` makes of the last event of a stream, if it makes anything; returns whether it did. */
async function change(
  clients: RenewableClient,
  stream: string,
  type: string,
  next: (data: Readonly<Record<string, unknown>>) => Record<string, unknown> | undefined,
): Promise<boolean> {
  const [last] = await pageReader(clients, LIMIT_MS)(stream, { direction: 'backwards', limit: 1 });
  const data = next(last?.data ?? {});
  if (data === undefined) return false;
  const expectedRevision = last ? BigInt(last.revision) : NO_STREAM;
  await clients.client.appendToStream(stream, [jsonEvent({ type, data: data as JSONType })], {
    expectedRevision,
  });
  return true;
}

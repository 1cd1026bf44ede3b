import { parseConnectionString } from '@eventstore/db-client/dist/Client/parseConnectionString.js';
import { EventStoreRefusedError } from '../errors.ts';

/** The options that the client knows and uses, in lower case. */
const OPTIONS = new Set([
  'connectionname',
  'defaultdeadline',
  'discoveryinterval',
  'gossiptimeout',
  'keepaliveinterval',
  'keepalivetimeout',
  'maxdiscoverattempts',
  'nodepreference',
  'throwonappendfailure',
  'tls',
  'tlscafile',
  'usercertfile',
  'userkeyfile',
]);

/** The client's default. */
const KEEP_ALIVE_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_TIMEOUT = /[?&]keepAliveTimeout=(\d+)/i;

/**
 * The connection string for appends and reads. `kurrentdb://` and `kdb://` are the later names of `esdb://`. Whatever
 * the string says, failing appends must throw, since the client's other way reports a wrong revision on a conflict, and
 * the leader is looked for, since it alone answers reads. `nth`: of the clients that take each other's place, see below.
 *
 * @throws EventStoreRefusedError if it is not a connection string.
 */
export function commandsUrl(url: string, nth = 0): string {
  const commands = withOption(
    withOption(asEsdb(url), 'throwOnAppendFailure', 'true'),
    'nodePreference',
    'leader',
  );
  return nth === 0 ? commands : onOwnConnection(commands, 2 * nth);
}

/**
 * The connection string for subscriptions. gRPC shares one HTTP/2 connection, and the 100 streams that the server
 * allows on it, between channels whose settings are equal. A subscription keeps its stream; so that none is ever
 * missing for appends and reads, the subscriptions differ in a setting and have their own connection. So does each client
 * that takes the place of another: it would get the same connection, and gRPC waits without a limit for the first word on
 * one, which never comes if it was lost.
 *
 * @throws EventStoreRefusedError if it is not a connection string.
 */
export function subscriptionsUrl(url: string, nth = 0): string {
  const esdb = asEsdb(url);
  const isToldApart = nth === 0 && KEEP_ALIVE_TIMEOUT.test(esdb);
  return isToldApart ? esdb : onOwnConnection(esdb, 2 * nth + 1);
}

/** One that no client with another number has: the timeout of its keep-alive is longer by so many ms. */
function onOwnConnection(esdb: string, number: number): string {
  const given = KEEP_ALIVE_TIMEOUT.exec(esdb)?.[1];
  return withOption(esdb, 'keepAliveTimeout', String(Number(given ?? KEEP_ALIVE_TIMEOUT_MS) + number));
}

/**
 * A string that the client accepts without logging. Its own messages about a string that it refuses, or an option that
 * it ignores, show the whole string, with the password.
 */
function asEsdb(url: string): string {
  const esdb = withoutIgnored(url.trim().replace(/^(kurrentdb|kdb)(?=(\+discover)?:)/, 'esdb'));
  try {
    parseConnectionString(esdb);
  } catch {
    throw new EventStoreRefusedError(
      'connect',
      'The connection string of EventStoreDB is not valid: it must be esdb://user:password@host:2113?tls=true, ' +
        'with what a URL reserves escaped in the password',
    );
  }
  return esdb;
}

function withoutIgnored(url: string): string {
  const query = url.indexOf('?', url.lastIndexOf('@') + 1);
  if (query < 0) return url;
  const options = url.slice(query + 1).split('&');
  const heeded = options.filter((option) => {
    const name = option.split('=')[0]!;
    const known = OPTIONS.has(name.trim().toLowerCase().replaceAll(/[_-]/g, ''));
    if (!known)
      console.warn(`The connection string of EventStoreDB has the option "${name}", which is ignored`);
    return known;
  });
  return `${url.slice(0, query)}${heeded.length > 0 ? '?' : ''}${heeded.join('&')}`;
}

/** The client uses the last of several. */
function withOption(url: string, key: string, value: string): string {
  const hosts = url.slice(url.lastIndexOf('@') + 1);
  return `${url}${hosts.includes('?') ? '&' : '?'}${key}=${value}`;
}

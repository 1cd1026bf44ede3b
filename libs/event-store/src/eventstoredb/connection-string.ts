/** The client's default, and one beside it. */
const OTHER_KEEP_ALIVE_TIMEOUT_MS = 10_001;

/**
 * The connection string for appends and reads. `kurrentdb://` and `kdb://` are the later names of `esdb://`. Whatever
 * the string says, failing appends must throw, since the client's other way tells a wrong revision on a conflict, and
 * the leader is looked for, since it alone answers reads.
 */
export function commandsUrl(url: string): string {
  return withOption(withOption(asEsdb(url), 'throwOnAppendFailure', 'true'), 'nodePreference', 'leader');
}

/**
 * The connection string for subscriptions. gRPC shares one HTTP/2 connection, and the 100 streams that the server
 * allows on it, between channels whose settings are equal. A subscription keeps its stream; so that none is ever
 * missing for appends and reads, the subscriptions differ in a setting and have their own connection.
 */
export function subscriptionsUrl(url: string): string {
  const esdb = asEsdb(url);
  if (/[?&]keepAliveTimeout=/i.test(esdb)) return esdb;
  return withOption(esdb, 'keepAliveTimeout', String(OTHER_KEEP_ALIVE_TIMEOUT_MS));
}

const asEsdb = (url: string) => url.trim().replace(/^(kurrentdb|kdb)(?=(\+discover)?:)/, 'esdb');

/** The client takes the last of several. */
function withOption(url: string, key: string, value: string): string {
  const hosts = url.slice(url.lastIndexOf('@') + 1);
  return `${url}${hosts.includes('?') ? '&' : '?'}${key}=${value}`;
}

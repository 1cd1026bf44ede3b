import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { certificateFor } from './certificate.ts';
import { startDouble } from './double.ts';

/** A wire double with TLS and users: `admin` and `ops`, both with `changeit`. */
export async function startSecured() {
  const { caFile, remove, ...tls } = await certificateFor('localhost');
  const double = await startDouble({ tls, security: {} });
  const url = (login: string, password = 'changeit') =>
    `esdb://${login}:${password}@localhost:${double.port}?maxDiscoverAttempts=1&tlsCaFile=${encodeURIComponent(caFile)}`;
  const admin = EventStoreDBClient.connectionString(url('admin'));
  return {
    double,
    url,
    /** Of an administrator. */
    admin,
    /** Sets who may use streams without an access list of their own. */
    setStreamRights: (list: Readonly<Record<string, string | readonly string[]>>) =>
      admin.appendToStream(
        '$settings',
        jsonEvent({ type: '$settings', data: { $userStreamAcl: list as Record<string, string> } }),
      ),
    async close() {
      await admin.dispose();
      await double.close();
      await remove();
    },
  };
}

import type { Right } from '@inkstream/event-store';
import type { MinioState } from '@inkstream/object-store/minio';
import { clockFinding } from '../../doctor/clock.ts';
import { type Check, fault, ok, warning } from '../../doctor/finding.ts';
import { type BackendConfig, needed } from '../backend-config.ts';
import { DISTRIBUTED_NAMES } from '../distributed.ts';

/** The releases that Inkstream is tested on. */
const TESTED = { eventStore: [24, 10], mongo: [8, 0] } as const;

const isOlder = (version: string, [major, minor]: readonly [number, number]): boolean => {
  const [is = 0, isMinor = 0] = version.split('.').map(Number);
  return is < major || (is === major && isMinor < minor);
};

/** All that any service needs of it. */
const RIGHTS: readonly Right[] = ['read', 'append', 'subscribe', 'truncate'];

export const eventStoreCheck = (config: BackendConfig): Check => ({
  subject: DISTRIBUTED_NAMES.eventStore,
  todo: 'look whether it runs, and whether this machine reaches it: host, port, firewall, NetworkPolicy',
  async look() {
    const { EVENTSTORE_URL } = needed(config, 'EVENTSTORE_URL');
    const { EventStoreRefusedError } = await import('@inkstream/event-store');
    const { inspectEventStoreDb } = await import('@inkstream/event-store/eventstoredb');
    const asked = Date.now();
    try {
      const { version, now } = await inspectEventStoreDb(EVENTSTORE_URL, RIGHTS);
      const old = version !== undefined && isOlder(version, TESTED.eventStore);
      return [
        ok(`answers, and allows to ${RIGHTS.join(', ')}`),
        ...(version === undefined
          ? []
          : [
              old
                ? warning(
                    `is version ${version}, older than what is tested`,
                    `upgrade it to ${TESTED.eventStore.join('.')}`,
                  )
                : ok(`is version ${version}`),
            ]),
        clockFinding(now, asked, Date.now()),
      ];
    } catch (error) {
      if (!(error instanceof EventStoreRefusedError)) throw error;
      const todo =
        'docs/operations/event-store.md says how users, rights and certificates are set up: npm run event-store -- setup';
      return [fault(error.message, todo)];
    }
  },
});

export const readModelCheck = (config: BackendConfig): Check => ({
  subject: DISTRIBUTED_NAMES.readModel,
  todo: 'look whether it runs, whether this machine reaches it, and whether the user of MONGODB_URL may read and write its database (role readWrite)',
  async look() {
    const { MONGODB_URL } = needed(config, 'MONGODB_URL');
    const { inspectMongo } = await import('@inkstream/read-model/mongodb');
    const asked = Date.now();
    const { version, now, replicaSet, missingIndexes } = await inspectMongo(MONGODB_URL);
    return [
      isOlder(version, TESTED.mongo)
        ? warning(
            `is version ${version}, older than what is tested`,
            `upgrade it to ${TESTED.mongo.join('.')}`,
          )
        : ok(`answers, can be written to, and is version ${version}`),
      ...(replicaSet
        ? []
        : [
            warning(
              'is a server alone: its disk is all there is',
              'run a replica set; a rebuild makes lost documents anew',
            ),
          ]),
      ...(missingIndexes.length === 0
        ? []
        : [
            warning(
              `lacks indexes: ${missingIndexes.join(', ')}`,
              'a projection or query-api that runs builds them in the background; wait for it',
            ),
          ]),
      ...(now ? [clockFinding(now, asked, Date.now())] : []),
    ];
  },
});

/** What to do about S3's codes; https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const S3_TODO: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: 'there is no such MINIO_ACCESS_KEY: write that of a user that exists',
  SignatureDoesNotMatch: 'MINIO_SECRET_KEY is not that of MINIO_ACCESS_KEY: write it anew',
  RequestTimeTooSkewed: 'the clocks here and there are more than 15 minutes apart: synchronise them',
  AccessDenied: 'give the user of MINIO_ACCESS_KEY the rights to list, read, write and delete in this bucket',
  AuthorizationHeaderMalformed: 'MINIO_REGION is not where the bucket is',
};

export const objectStoreCheck = (config: BackendConfig): Check => ({
  subject: DISTRIBUTED_NAMES.objects,
  todo: 'look whether it runs, and whether this machine reaches it: host, port, firewall, NetworkPolicy, certificate',
  async look(signal) {
    const { MINIO_URL, MINIO_ACCESS_KEY, MINIO_SECRET_KEY } = needed(
      config,
      'MINIO_URL',
      'MINIO_ACCESS_KEY',
      'MINIO_SECRET_KEY',
    );
    const { MINIO_BUCKET: bucket = 'inkstream', MINIO_REGION: region } = config;
    const { inspectMinio } = await import('@inkstream/object-store/minio');
    const access = {
      url: MINIO_URL,
      accessKey: MINIO_ACCESS_KEY,
      secretKey: MINIO_SECRET_KEY,
      bucket,
      region,
    };
    return [stateOf(await inspectMinio(access, signal), bucket), ...(await dateOf(MINIO_URL, signal))];
  },
});

function stateOf(found: MinioState, bucket: string) {
  switch (found.state) {
    case 'usable':
      return ok(`bucket ${bucket} can be listed, written, read and deleted from`);
    case 'no_bucket':
      return warning(
        `there is no bucket ${bucket}`,
        'the first service that starts makes it if its key may; else make it, or correct MINIO_BUCKET',
      );
    case 'refused':
      return fault(
        `bucket ${bucket}: to ${found.what} is refused (${found.code})`,
        S3_TODO[found.code] ?? 'look up the code in the S3 documentation',
      );
  }
}

/** The server's clock, to the second, as every HTTP server tells it. */
async function dateOf(url: string, signal: AbortSignal) {
  const asked = Date.now();
  const told = (await fetch(url, { method: 'HEAD', redirect: 'manual', signal })).headers.get('date');
  return told === null ? [] : [clockFinding(new Date(told), asked, Date.now(), 999)];
}

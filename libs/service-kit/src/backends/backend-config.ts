import { z } from 'zod';
import { ConfigError, flag, wholeNumber } from '../config.ts';

const brokers = z
  .string()
  .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'must be host:port, or several of them with commas between')
  .transform((list) => list.split(','));

/** A connection string. With several hosts it is not a standard URL, so the client checks the rest. */
export const connection = (...schemes: readonly string[]) =>
  z.string().refine((value) => schemes.some((scheme) => value.startsWith(`${scheme}://`)), {
    message: `must start with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  });

/**
 * Which adapters implement the ports, and where their stores are. Embedded, everything is in one folder; distributed,
 * each store that a service uses has its own variables. Only all-in-one runs embedded by default, since a service alone
 * on a folder of its own does nothing.
 */
export const backendConfig = {
  INKSTREAM_MODE: z.enum(['embedded', 'distributed'], {
    error: (issue) =>
      issue.input === undefined
        ? 'is needed: distributed to use Kafka, MongoDB and the others that the variables name, or embedded to share the folder INKSTREAM_DATA_DIR with an all-in-one on this machine'
        : undefined,
  }),
  INKSTREAM_DATA_DIR: z.string().min(1).default('./data'),
  /** Uploads and results are refused while less room is left on the data folder's disk: events need some as well. */
  RESERVED_DISK_BYTES: wholeNumber(0, 2 ** 40).optional(),
  /** How many bytes of the documents and results in transfer are held in memory, in total. */
  MAX_BYTES_IN_FLIGHT: wholeNumber(8_388_608, 2 ** 40).optional(),
  /** EventStoreDB or KurrentDB: `esdb://host:2113?tls=false`; several hosts and TLS as its clients write them. */
  EVENTSTORE_URL: connection('esdb', 'esdb+discover', 'kurrentdb', 'kurrentdb+discover').optional(),
  /** The same with an operations user, for scavenges; without it EVENTSTORE_URL serves. */
  EVENTSTORE_OPERATIONS_URL: connection(
    'esdb',
    'esdb+discover',
    'kurrentdb',
    'kurrentdb+discover',
  ).optional(),
  KAFKA_BROKERS: brokers.optional(),
  /** For topics that are created: partitions (12), and replicas of each (1). */
  KAFKA_PARTITIONS: wholeNumber(1, 10_000).optional(),
  KAFKA_REPLICATION: wholeNumber(1, 10).optional(),
  KAFKA_SSL: flag.optional(),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  /** The path names the database: `mongodb://host:27017/inkstream`. */
  MONGODB_URL: connection('mongodb', 'mongodb+srv').optional(),
  /** MinIO or any S3: `http://host:9000`. */
  MINIO_URL: z.url({ protocol: /^https?$/ }).optional(),
  MINIO_ACCESS_KEY: z.string().optional(),
  MINIO_SECRET_KEY: z.string().optional(),
  MINIO_BUCKET: z.string().min(3).max(63).optional(),
  MINIO_REGION: z.string().optional(),
};
export type BackendConfig = z.output<z.ZodObject<typeof backendConfig>>;

type Variable = keyof BackendConfig;

/**
 * The variables that must be there.
 *
 * @throws ConfigError naming each that is missing.
 */
export function needed<Name extends Variable>(
  config: BackendConfig,
  ...names: readonly Name[]
): { readonly [N in Name]: NonNullable<BackendConfig[N]> } {
  const missing = names.filter((name) => config[name] === undefined);
  if (missing.length > 0)
    throw new ConfigError(
      `The configuration is not valid:\n${missing.map((name) => `  ${name}: is needed if INKSTREAM_MODE is distributed`).join('\n')}`,
    );
  return config as { readonly [N in Name]: NonNullable<BackendConfig[N]> };
}

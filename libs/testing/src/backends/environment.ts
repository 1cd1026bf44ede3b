import type { BackendKind } from '@inkstream/native-stack';
import type { Backend } from './backend.ts';

/** The first of each names the backend; the others go with it. */
const variables: { readonly [Kind in BackendKind]: readonly [string, ...string[]] | null } = {
  kafka: [
    'KAFKA_BROKERS',
    'KAFKA_REPLICATION',
    'KAFKA_SSL',
    'KAFKA_SASL_MECHANISM',
    'KAFKA_SASL_USERNAME',
    'KAFKA_SASL_PASSWORD',
  ],
  minio: ['MINIO_URL', 'MINIO_ACCESS_KEY', 'MINIO_SECRET_KEY', 'MINIO_BUCKET', 'MINIO_REGION'],
  // Its variables are MinIO's, which name MinIO.
  versitygw: null,
  mongodb: ['MONGODB_URL'],
  eventstoredb: ['EVENTSTORE_URL'],
};

/** Which of those that the environment names are wire doubles, as the native stack's are. */
const DOUBLES = 'INKSTREAM_WIRE_DOUBLES';

/** The backend that the environment names, if it does. */
export function fromEnvironment(kind: BackendKind, environment = process.env): Backend | undefined {
  const names = variables[kind];
  if (names === null || !environment[names[0]]) return undefined;
  const set = names.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const doubles = environment[DOUBLES]?.split(',') ?? [];
  return { env: Object.fromEntries(set), from: doubles.includes(kind) ? 'wire double' : 'environment' };
}

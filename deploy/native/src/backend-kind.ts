/** The backends of the distributed mode. Two of them are wire doubles here: `mongodb` and `eventstoredb`. */
export const backendKinds = ['kafka', 'minio', 'mongodb', 'eventstoredb'] as const;
export type StackKind = (typeof backendKinds)[number];

/** Those that run only if they are named: a second S3 server, which can stand in MinIO's place. */
export const spareKinds = ['versitygw'] as const;
export type BackendKind = StackKind | (typeof spareKinds)[number];

/** Those of the native stack that are no real backend, but speak its protocol. */
export const wireDoubles: readonly BackendKind[] = ['mongodb', 'eventstoredb'];

/** Called with what takes long, one line at a time. */
export type Report = (line: string) => void;

/** The variables of each kind, the address first. */
const VARIABLES: Readonly<Record<StackKind, readonly string[]>> = {
  kafka: ['KAFKA_BROKERS'],
  minio: ['MINIO_URL', 'MINIO_ACCESS_KEY', 'MINIO_SECRET_KEY', 'MINIO_BUCKET'],
  mongodb: ['MONGODB_URL'],
  eventstoredb: ['EVENTSTORE_URL'],
};

/** The variables of a backend that runs already; null if the environment names none. */
export function backendNamedBy(
  environment: Readonly<Record<string, string | undefined>>,
  kind: StackKind,
): Readonly<Record<string, string>> | null {
  const set = VARIABLES[kind].flatMap((name) => {
    const value = environment[name];
    return value ? [[name, value] as const] : [];
  });
  return set.length > 0 ? Object.fromEntries(set) : null;
}

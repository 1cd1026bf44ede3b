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

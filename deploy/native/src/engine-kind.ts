/** The engines of the distributed mode. Two of them are wire doubles here: `mongodb` and `eventstoredb`. */
export const engineKinds = ['kafka', 'minio', 'mongodb', 'eventstoredb'] as const;
export type EngineKind = (typeof engineKinds)[number];

/** Those of the native stack that are no real engine, but speak its protocol. */
export const wireDoubles: readonly EngineKind[] = ['mongodb', 'eventstoredb'];

/** Told what takes long, one line at a time. */
export type Report = (line: string) => void;

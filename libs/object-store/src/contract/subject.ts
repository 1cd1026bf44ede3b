import type { ObjectInfo, ObjectStore } from '../object-store.ts';

export interface ObjectStoreSubject {
  readonly store: ObjectStore;
  /** Another connection to the same objects; the suite closes it. */
  connect(): Promise<ObjectStore>;
  /** Removes the objects; all connections are closed by then. */
  remove(): Promise<void>;
}

/** The keys under a prefix, sorted. */
export async function keysOf(store: ObjectStore, prefix = ''): Promise<string[]> {
  return (await infosOf(store, prefix)).map(({ key }) => key).sort();
}

export async function infosOf(store: ObjectStore, prefix = ''): Promise<ObjectInfo[]> {
  const infos: ObjectInfo[] = [];
  for await (const info of store.list(prefix)) infos.push(info);
  return infos;
}

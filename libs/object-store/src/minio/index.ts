import type { ObjectStore } from '../object-store.ts';

export declare function openMinioObjectStore(options: object): Promise<ObjectStore>;

import type { EventStore } from '../event-store.ts';

export declare function openEventStoreDb(options: { url: string; log?: object }): Promise<EventStore>;

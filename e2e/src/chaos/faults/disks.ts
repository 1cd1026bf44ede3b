import type { SmallDisk } from '@inkstream/testing';
import type { Fault } from './fault.ts';
import type { Victim } from './processes.ts';

/**
 * A disk without room, and room again after some time. A store that ends itself over it, as Kafka does, is started
 * again then, as an orchestrator would; so each of them is.
 */
export const fullDisk = (store: Victim, disk: SmallDisk): Fault => ({
  kind: 'disk',
  name: `full disk of ${store.name}`,
  victim: store.name,
  lastsMs: [4_000, 10_000],
  begin: () => disk.fill(),
  async end() {
    await disk.free();
    await store.start();
  },
});

import { mulberry32, pick, type Random } from '@inkstream/testing';
import type { Cluster } from '../support/distributed/cluster.ts';
import type { Vendors } from '../support/distributed/vendors.ts';
import { startDeletions, startRebuilds, startReruns } from './clients/changes.ts';
import { startFollowers } from './clients/followers.ts';
import { startLists, startReaders } from './clients/readers.ts';
import { startUploads, type UploadOptions } from './clients/uploads.ts';
import { shiftedClock } from './faults/clocks.ts';
import { fullDisk } from './faults/disks.ts';
import type { Fault } from './faults/fault.ts';
import { asVictim, freeze, kill, replicasOf } from './faults/processes.ts';
import type { RemoteProvider } from './faults/remote-provider.ts';
import { faultsOfVendors } from './faults/vendors.ts';
import { faultsOfWay } from './faults/ways.ts';
import { Ledger } from './ledger.ts';
import { type PlayedFault, playFaults } from './schedule.ts';
import { Sightings } from './sightings.ts';
import type { ChaosStores } from './stores.ts';

export interface ChaosOptions {
  readonly cluster: Cluster;
  readonly stores: ChaosStores;
  readonly remote: RemoteProvider;
  readonly vendors: Vendors;
  readonly seed: number;
  readonly forMs: number;
  readonly uploads: UploadOptions;
  readonly onFault: (fault: PlayedFault) => void;
}

/** Longer than a session of Kafka (15 s) and any lease (5 and 15 s). */
const BEYOND_LEASES_MS = [17_000, 22_000] as const;
/** Longer than a provider's announcement counts (30 s). */
const BEYOND_ANNOUNCEMENTS_MS = [32_000, 36_000] as const;
const SHORT_MS = [6_000, 10_000] as const;

/** Services of which one replica is frozen in a round, and for how long. Of `echo` others go on. */
const FROZEN: Readonly<Record<string, Fault['lastsMs']>> = {
  'event-relay': BEYOND_LEASES_MS,
  housekeeper: BEYOND_LEASES_MS,
  projection: BEYOND_LEASES_MS,
  'upload-gateway': BEYOND_LEASES_MS,
  echo: BEYOND_ANNOUNCEMENTS_MS,
  'query-api': SHORT_MS,
};

/** What goes wrong, in lanes that go on side by side. */
function lanesOf({ cluster, stores, remote, vendors }: ChaosOptions, random: Random): Fault[][] {
  const replicas = replicasOf(cluster.services);
  const storeVictims = stores.all.map(({ process }) => asVictim(process));
  const frozen = Object.entries(FROZEN).map(([service, lastsMs]) =>
    freeze(
      pick(
        random,
        replicas.filter(({ name }) => name.startsWith(`${service} `)),
      ),
      lastsMs,
    ),
  );
  const clocks = replicas.flatMap((replica, index) => {
    const service = cluster.services[index];
    return service ? shiftedClock(replica, service, random() < 0.5 ? 1 : -1) : [];
  });
  const disks = stores.all.flatMap(({ process, disk }) => (disk ? fullDisk(asVictim(process), disk) : []));
  return [
    [...replicas, ...storeVictims].map(kill),
    [...frozen, ...storeVictims.map((store) => freeze(store, SHORT_MS))],
    [...stores.all.flatMap(({ kind, way }) => faultsOfWay(kind, way)), ...disks],
    [...clocks, ...remote.faults],
    faultsOfVendors(vendors),
  ];
}

export interface PlayedChaos {
  readonly ledger: Ledger;
  readonly sightings: Sightings;
  readonly faults: readonly PlayedFault[];
  /** What clients did, in words. */
  readonly load: readonly string[];
}

/** Clients of every kind under every fault; resolves once the faults are over and the clients have done what they began. */
export async function playChaos(options: ChaosOptions): Promise<PlayedChaos> {
  const { cluster, seed, forMs, onFault } = options;
  const ledger = new Ledger();
  const sightings = new Sightings();
  const gateways = cluster.of('upload-gateway').map(({ url }) => url);
  let seeds = seed;
  const world = () => ({ ledger, gateways, random: mulberry32(++seeds) });
  const projections = cluster.of('projection').map(({ url }) => url);
  const uploads = startUploads(world(), options.uploads);
  const followers = startFollowers(world(), 2_000);
  const lists = startLists(world(), 500);
  const rebuilds = startRebuilds(world(), projections, 15_000);
  const clients = [
    uploads,
    rebuilds,
    lists,
    startDeletions(world(), 4_000),
    startReruns(world(), 2_000),
    ...[1, 2, 3].map(() => startReaders(world(), sightings, 300)),
  ];
  const lanes = lanesOf(options, mulberry32(++seeds));
  const randomOf = (lane: number) => mulberry32(seed + 1_000 + lane);
  const faults = await playFaults({ lanes, randomOf, forMs, onFault });
  await Promise.all(clients.map((one) => one.stop()));
  await followers.stop();
  const jobs = [...ledger.jobs.values()];
  const reruns = jobs.flatMap(({ files }) => files.map((file) => file.reruns.acknowledged));
  return {
    ledger,
    sightings,
    faults,
    load: [
      `${jobs.length} jobs acknowledged, after ${uploads.repeats()} repeats`,
      `${jobs.filter(({ deletion }) => deletion === 'acknowledged').length} deleted`,
      `${reruns.reduce((sum, count) => sum + count, 0)} files read again`,
      `${rebuilds.rebuilds()} rebuilds`,
      `${followers.ended()} followers`,
      `${sightings.count} reads of a job and ${lists.lists()} of the list`,
    ],
  };
}

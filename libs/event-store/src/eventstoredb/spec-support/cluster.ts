import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEventStoreDbCluster } from '@inkstream/testing/eventstoredb-double';
import type { DisturbedSubject } from '../../contract.ts';
import { openEventStoreDb } from '../index.ts';

const LAG_MS = 3_000;
const AHEAD_MS = 60_000;
/** The old leader goes on as if it were the leader for a while after the others have another one. */
const TIMES = { stepDownMs: 6_000, electionMs: 500 };
const HEARTBEAT_MS = 500;

/** Three wire doubles whose clocks are ahead of this process, on logs of their own that are removed with them. */
export async function startCluster(batchAppend: boolean): Promise<DisturbedSubject> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-eventstoredb-cluster-'));
  const clock = { now: () => Date.now() + AHEAD_MS, newId: randomUUID };
  const cluster = await startEventStoreDbCluster({ folder, batchAppend, clock, times: TIMES });
  const open = (url: string) => openEventStoreDb({ url, heartbeatMs: HEARTBEAT_MS });
  return {
    connect: () => open(cluster.url),
    async connectToLagging() {
      const [follower] = cluster.followers;
      cluster.lag(follower!, LAG_MS);
      return open(follower!.url);
    },
    connectBehind: () => open(cluster.url),
    async cutOffLeader() {
      cluster.cutOff(cluster.leader);
    },
    async remove() {
      await cluster.close();
      await rm(folder, { recursive: true });
    },
  };
}

import { onTestFinished } from 'vitest';
import { type ClusterOptions, type EventStoreDbCluster, startEventStoreDbCluster } from '../index.ts';
import { temporaryFolder } from './server.ts';

/** Short times, so that tests need not wait as long as real nodes take. */
const QUICK = { stepDownMs: 300, electionMs: 400, failoverMs: 100, truncationMs: 300, restartMs: 100 };

/** A cluster that ends with the test, and takes little time for what it does. */
export const startCluster = async (options: Partial<ClusterOptions> = {}): Promise<EventStoreDbCluster> => {
  const folder = await temporaryFolder();
  const cluster = await startEventStoreDbCluster({
    folder: folder.path,
    times: QUICK,
    commitTimeoutMs: 200,
    ...options,
  });
  onTestFinished(async () => {
    await cluster.close();
    await folder.remove();
  });
  return cluster;
};

import { join } from 'node:path';
import { COMMIT_TIMEOUT_MS, type NodeOptions, startNode } from '../node.ts';
import { type ClusterTimes, EventStoreDbCluster } from './cluster.ts';
import { ClusterMember } from './cluster-member.ts';
import { ClusterNode } from './cluster-node.ts';

export { type ClusterTimes, EventStoreDbCluster } from './cluster.ts';
export type { ClusterNode } from './cluster-node.ts';

export interface ClusterOptions extends Omit<NodeOptions, 'file' | 'port' | 'seed'> {
  /** The folder of the nodes' logs. */
  readonly folder: string;
  /** How many nodes. Default: 3. */
  readonly size?: number;
  readonly times?: Partial<ClusterTimes>;
}

/** Starts a cluster of wire doubles in this process. */
export const startEventStoreDbCluster = async (options: ClusterOptions): Promise<EventStoreDbCluster> => {
  const { folder, size = 3, times = {}, commitTimeoutMs = COMMIT_TIMEOUT_MS, ...nodeOptions } = options;
  const members: ClusterMember[] = [];
  for (let n = 0; n < size; n++) members.push(new ClusterMember(() => members, commitTimeoutMs));
  const nodes = members.map((member, index) => {
    const file = join(folder, `node-${index}.db`);
    const own = { ...nodeOptions, commitTimeoutMs, file, seed: index === 0 };
    return new ClusterNode(member, (port) => startNode({ ...own, port }, (node) => member.join(node)));
  });
  for (const node of nodes) await node.start();
  return new EventStoreDbCluster(nodes, times);
};

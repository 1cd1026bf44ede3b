import type { Cluster } from './cluster.ts';

/** A Deployment as it stood at a moment. */
interface Standing {
  readonly name: string;
  readonly replicas: number;
  /** Which serve. */
  readonly ready: number;
  /** Which have served for `minReadySeconds`: rollouts wait for that, budgets for disruptions do not. */
  readonly available: number;
}

const STANDING = '{.metadata.name} {.spec.replicas} {.status.readyReplicas} {.status.availableReplicas}';

/** Each change of each Deployment, until `stop` is called. */
export function watchReplicas(cluster: Cluster): { stop(): Promise<readonly Standing[]> } {
  const watched = cluster.watch('deployments', STANDING);
  return {
    async stop() {
      const lines = await watched.stop();
      return lines.map((line) => {
        const [name = '', replicas, ready, available] = line.split(' ');
        return {
          name,
          replicas: Number(replicas),
          ready: Number(ready || 0),
          available: Number(available || 0),
        };
      });
    },
  };
}

/** The fewest replicas of a Deployment that served at any moment. */
export const fewest = (seen: readonly Standing[], of: string): number =>
  Math.min(...seen.filter(({ name }) => name === of).map(({ ready }) => ready));

/** Waits until every Deployment and StatefulSet has all replicas, of its newest version, ready. */
export async function rolledOut(cluster: Cluster): Promise<void> {
  const { stdout } = await cluster.must('get', 'deployments,statefulsets', '--output', 'name');
  for (const name of stdout.split('\n').filter((line) => line !== ''))
    await cluster.must('rollout', 'status', name, '--timeout=300s');
}

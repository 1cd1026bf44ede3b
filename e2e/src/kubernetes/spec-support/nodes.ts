export const NODES = ['node-a', 'node-b', 'node-c'] as const;

/** A node in each of three zones, as large as a small machine of a cloud. */
export const nodes = () => ({
  apiVersion: 'v1',
  kind: 'List',
  items: NODES.map((name) => {
    const has = { cpu: '16', memory: '64Gi', pods: '110' };
    return {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': `zone-${name.at(-1)}` },
      },
      status: { allocatable: has, capacity: has },
    };
  }),
});

/** Volumes for the claims of the backends, since nothing here makes any. */
export const volumes = () => ({
  apiVersion: 'v1',
  kind: 'List',
  items: [1, 2, 3, 4].map((number) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `volume-${number}` },
    spec: {
      capacity: { storage: '10Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path: `/volumes/${number}` },
    },
  })),
});

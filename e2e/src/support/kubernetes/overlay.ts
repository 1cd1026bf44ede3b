import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { Env } from '../distributed/cluster.ts';
import { buildManifests, type Manifests } from './manifests.ts';

const K8S = fileURLToPath(new URL('../../../../k8s', import.meta.url));
/** The Secret that says where a backend is, by how its variables begin. */
const SECRETS = {
  'inkstream-event-store': /^EVENTSTORE_/,
  'inkstream-bus': /^KAFKA_/,
  'inkstream-read-model': /^MONGODB_/,
  'inkstream-objects': /^MINIO_/,
} as const;

export interface OverlayOptions {
  /** Components of `k8s/components`, such as `providers/openai`. */
  readonly components: readonly string[];
  readonly backends: Env;
  /** More Secrets by name. */
  readonly secrets: Readonly<Record<string, Env>>;
  /** The Service of query-api. */
  readonly queryApiUrl: string;
}

const literals = (env: Env) => Object.entries(env).map(([name, value]) => `${name}=${value}`);

/** The manifests of an overlay as an operator writes one: base, components, and where the backends are. */
export async function manifestsOn({
  components,
  backends,
  secrets,
  queryApiUrl,
}: OverlayOptions): Promise<Manifests> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-overlay-'));
  const of = (path: string) => relative(folder, join(K8S, path));
  const own = Object.entries(SECRETS).map(([name, pattern]) => ({
    name,
    literals: literals(Object.fromEntries(Object.entries(backends).filter(([key]) => pattern.test(key)))),
  }));
  const named = Object.entries(secrets).map(([name, env]) => ({ name, literals: literals(env) }));
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace: 'inkstream',
    resources: [of('base')],
    components: components.map((name) => of(`components/${name}`)),
    secretGenerator: [...own, ...named],
    configMapGenerator: [
      { name: 'inkstream-settings', behavior: 'merge', literals: ['KAFKA_PARTITIONS=2'] },
      { name: 'inkstream-gateway', behavior: 'merge', literals: ['ALLOWED_HOSTS=127.0.0.1'] },
      // All Pods have the one address of this machine, which is not a private network's.
      { name: 'inkstream-query-api', behavior: 'merge', literals: ['TRUST_PROXY=loopback'] },
    ],
    patches: [
      {
        target: { kind: 'Deployment', name: 'upload-gateway' },
        // There are no names of Services here.
        patch: JSON.stringify({
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'upload-gateway' },
          spec: {
            template: {
              spec: {
                containers: [{ name: 'service', env: [{ name: 'QUERY_API_URL', value: queryApiUrl }] }],
              },
            },
          },
        }),
      },
    ],
  };
  try {
    await writeFile(join(folder, 'kustomization.yaml'), stringify(kustomization));
    return await buildManifests(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const ROOT = join(import.meta.dirname, '../../../');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Container {
  readonly image: string;
  readonly envFrom?: readonly {
    readonly secretRef?: { readonly name: string; readonly optional?: boolean };
  }[];
}
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  /** The leaves that are looked at. */
  readonly spec?: {
    readonly template?: { readonly spec: { readonly containers: readonly Container[] } };
    readonly selector?: { readonly matchLabels: Readonly<Record<string, string>> };
  };
}
const manifestsIn = (pattern: string) =>
  globSync(pattern, { cwd: ROOT })
    .filter((path) => !path.endsWith('kustomization.yaml'))
    .flatMap((path) => parseAllDocuments(read(path)).map((one) => one.toJS() as Manifest));
const manifests = manifestsIn('k8s/**/*.yaml');
const named = (kind: string) =>
  new Map(manifests.filter((one) => one.kind === kind).map((one) => [one.metadata.name, one]));

const services = readdirSync(join(ROOT, 'services')).filter((name) => name !== 'all-in-one');
const deployments = named('Deployment');

it('every service has a Deployment of its image, and a budget for disruptions', () => {
  for (const service of services) {
    const [container] = deployments.get(service)?.spec?.template?.spec.containers ?? [];
    expect([service, container?.image]).toEqual([service, `inkstream/${service}`]);
    expect(named('PodDisruptionBudget').get(service)?.spec?.selector?.matchLabels).toMatchObject({
      'app.kubernetes.io/name': service,
    });
  }
});

it('a Pod that ends has the time that its process takes: what it waits before, then its own limit', () => {
  const { spec } = parse(read('k8s/components/service/deployment.yaml')).spec.template;
  const [container] = spec.containers;
  const [, limit] = /SHUTDOWN_LIMIT_MS = ([\d_]+)/.exec(read('libs/service-kit/src/run-service.ts')) ?? [];
  const seconds = Number(limit?.replaceAll('_', '')) / 1_000;
  expect(seconds).toBeGreaterThan(0);
  expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(
    container.lifecycle.preStop.sleep.seconds + seconds,
  );
});

it('every overlay has a tag of this release for each image of ours that it runs', () => {
  const { version } = JSON.parse(read('package.json'));
  const core = ['upload-gateway', 'query-api', 'projection', 'event-relay', 'housekeeper'];
  for (const overlay of readdirSync(join(ROOT, 'k8s/overlays'))) {
    const { images, components } = parse(read(`k8s/overlays/${overlay}/kustomization.yaml`));
    const providers = components.flatMap((path: string) => {
      const [, name] = /components\/providers\/(.+)$/.exec(path) ?? [];
      if (name === undefined) return [];
      const [deployment] = parseAllDocuments(read(`k8s/components/providers/${name}/deployment.yaml`));
      return [deployment?.toJS().metadata.name];
    });
    expect(providers.length).toBeGreaterThan(0);
    expect([overlay, images]).toEqual([
      overlay,
      [...core, ...providers, 'all-in-one'].map((name) => ({ name: `inkstream/${name}`, newTag: version })),
    ]);
  }
});

/** The Secrets that the containers of these manifests take variables from. */
const secretsOf = (all: readonly Manifest[]) =>
  all
    .flatMap(({ spec }) => spec?.template?.spec.containers ?? [])
    .flatMap(({ envFrom = [] }) => envFrom)
    .flatMap(({ secretRef }) => secretRef ?? []);

it('the example has each Secret without which production does not start, none that nothing reads, in its namespace', () => {
  const { namespace, components } = parse(read('k8s/overlays/production/kustomization.yaml'));
  const used = secretsOf(
    ['k8s/base', ...components.map((path: string) => join('k8s/overlays/production', path))].flatMap(
      (folder) => manifestsIn(`${folder}/*.yaml`),
    ),
  );
  const example = manifestsIn('k8s/overlays/production/secrets.example.yaml');
  const names = example.map(({ metadata }) => metadata.name);
  expect(names).toEqual(expect.arrayContaining(used.flatMap((one) => (one.optional ? [] : one.name))));
  expect(used.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  const examples = [...example, ...manifestsIn('k8s/overlays/production/external-secrets.example.yaml')];
  expect(new Set(examples.map(({ metadata }) => metadata.namespace))).toEqual(new Set([namespace]));
});

it('the housekeeper, and of services no other, has the user of operations of the event store', () => {
  const having = manifests.filter((one) =>
    secretsOf([one]).some(({ name }) => name === 'inkstream-event-store-operations'),
  );
  expect(having.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual([
    'Deployment housekeeper',
    'Job setup',
  ]);
});

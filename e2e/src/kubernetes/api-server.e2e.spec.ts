import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Checkers,
  installCheckers,
  installKubernetes,
  type Kubernetes,
  kubernetesIsInstalled,
} from '@inkstream/native-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './spec-support/cluster.ts';
import { NODES } from './spec-support/nodes.ts';
import {
  build,
  componentsBut,
  digests,
  K8S,
  type Manifest,
  manifestsIn,
  overlay,
} from './spec-support/overlays.ts';
import { fewest, rolledOut, watchReplicas } from './spec-support/replicas.ts';

const LIMIT_MS = 600_000;

/** Built for ten minutes: `npm run verify:k8s` does it. */
describe.runIf(kubernetesIsInstalled())(
  'on a real API server, scheduler and controllers of 1.34',
  { timeout: LIMIT_MS },
  () => {
    let kubernetes: Kubernetes;
    let checkers: Checkers;
    let cluster: Cluster;
    beforeAll(async () => {
      [kubernetes, checkers] = [await installKubernetes(), await installCheckers()];
      cluster = await Cluster.start(kubernetes);
    }, LIMIT_MS);
    afterAll(() => cluster?.close());

    const manifests = async (name: string) =>
      manifestsIn(await build(checkers.kustomize, join(K8S, 'overlays', name)));

    /** Applies an overlay as docs/operations/kubernetes.md does. A warning would be Pod Security's, or of what is deprecated. */
    async function apply(folder: string): Promise<string> {
      const { stdout, stderr } = await cluster.must('apply', '--server-side', '--kustomize', folder);
      expect(stderr).toBe('');
      return stdout;
    }
    const remove = () => cluster.must('delete', 'namespace', 'inkstream', '--timeout=180s');

    it('takes the overlay `local`: all of its Pods run under Pod Security `restricted`, and to apply it again changes nothing', async () => {
      const folder = join(K8S, 'overlays/local');
      await apply(folder);
      await rolledOut(cluster);
      expect(await podSecurityOf(cluster)).toBe('restricted');
      const { stdout } = await cluster.kubectl('diff', '--server-side', '--kustomize', folder);
      expect(stdout).toBe('');
      await remove();
    });

    it('takes the overlay `production` with every component, and what its examples describe', async () => {
      const folder = await overlay({
        resources: ['overlays/production'],
        components: await componentsBut(
          'setup',
          'providers/paddle-ocr-local',
          'providers/mistral',
          'providers/openai',
        ),
      });
      await apply(folder);
      await rolledOut(cluster);
      const secrets = await readFile(join(K8S, 'overlays/production/secrets.example.yaml'), 'utf8');
      for (const secret of manifestsIn(secrets)) expect((await cluster.check(secret)).stderr).toBe('');
      // Scaled meanwhile, as by KEDA: to apply it again leaves that alone.
      await cluster.must('scale', 'deployment/ocr-mistral', '--replicas=3');
      await apply(folder);
      const replicas = ['get', 'deployment/ocr-mistral', '--output', 'jsonpath={.spec.replicas}'];
      expect((await cluster.must(...replicas)).stdout).toBe('3');
      await remove();
    });

    it('rolls each Deployment to images by digest and back without an unavailable replica', async () => {
      const [older, newer] = [
        join(K8S, 'overlays/production'),
        await overlay({ resources: ['overlays/production'], images: await digests() }),
      ];
      await apply(older);
      await rolledOut(cluster);
      for (const folder of [newer, older]) {
        const watched = watchReplicas(cluster);
        // A Job cannot be changed.
        await cluster.must('delete', 'job/setup');
        await apply(folder);
        await rolledOut(cluster);
        const seen = await watched.stop();
        expect(seen.map(({ name }) => name)).toEqual(
          expect.arrayContaining(['upload-gateway', 'ocr-mistral']),
        );
        expect(seen.filter(({ available, replicas }) => available < replicas)).toEqual([]);
      }
      // One that may lack a replica meanwhile does, so that the above can fail.
      const careless = { spec: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } } };
      await cluster.must('patch', 'deployment/projection', '--patch', JSON.stringify(careless));
      const watched = watchReplicas(cluster);
      await cluster.must('rollout', 'restart', 'deployment/projection');
      await rolledOut(cluster);
      expect(fewest(await watched.stop(), 'projection')).toBe(1);
      await remove();
    });

    it('drains a node of all Pods one of each Deployment at a time, by its budget', async () => {
      const [crowded, ...others] = NODES;
      await cluster.must('cordon', ...others);
      await apply(join(K8S, 'overlays/production'));
      await rolledOut(cluster);
      await cluster.must('uncordon', ...others);
      // Of one without a budget both go at once, so that the others' can be seen to hold.
      await cluster.must('delete', 'poddisruptionbudget/housekeeper');
      const watched = watchReplicas(cluster);
      await cluster.must('drain', crowded, '--delete-emptydir-data', '--timeout=300s');
      await rolledOut(cluster);
      const seen = await watched.stop();
      await cluster.must('uncordon', crowded);
      for (const name of ['upload-gateway', 'query-api', 'projection', 'event-relay'])
        expect([name, fewest(seen, name)]).toEqual([name, 1]);
      expect(fewest(seen, 'housekeeper')).toBe(0);
      const { stdout } = await cluster.must('get', 'pods', '--output', 'jsonpath={.items[*].spec.nodeName}');
      expect(stdout.split(' ')).not.toContain(crowded);
      await remove();
    });

    describe('refuses', () => {
      beforeAll(async () => {
        const built = await manifests('production');
        const namespace = built.find(({ kind }) => kind === 'Namespace');
        if (!namespace) throw new Error('There is no namespace');
        await cluster.must(
          'apply',
          '--filename',
          await cluster.write('namespace.json', JSON.stringify(namespace)),
        );
      });

      const named = async (kind: string, name: string): Promise<Manifest> => {
        const found = (await manifests('production')).find(
          (one) => one.kind === kind && one.metadata.name === name,
        );
        if (!found) throw new Error(`There is no ${kind} ${name}`);
        return structuredClone(found);
      };
      /** The Pod that a Deployment would make. */
      const podOf = async (name: string): Promise<Manifest> => {
        const { spec, metadata } = await named('Deployment', name);
        return { apiVersion: 'v1', kind: 'Pod', metadata, spec: spec.template.spec };
      };

      it.each<[string, () => Promise<Manifest>, (wrong: Manifest) => void, RegExp]>([
        [
          'a field that there is not',
          () => named('Deployment', 'projection'),
          ({ spec }) => Object.assign(spec.template.spec, { terminationGraceSeconds: 40 }),
          /terminationGraceSeconds: field not declared in schema|unknown field.*terminationGraceSeconds/,
        ],
        [
          'a probe that asks in two ways',
          () => named('Deployment', 'projection'),
          ({ spec }) =>
            Object.assign(spec.template.spec.containers[0].readinessProbe, { tcpSocket: { port: 3000 } }),
          /may not specify more than 1 handler type/,
        ],
        [
          'a selector that its Pods do not have',
          () => named('Deployment', 'projection'),
          ({ spec }) => Object.assign(spec.selector.matchLabels, { 'app.kubernetes.io/name': 'other' }),
          /selector.*does not match template/,
        ],
        [
          'a budget with two bounds',
          () => named('PodDisruptionBudget', 'projection'),
          ({ spec }) => Object.assign(spec, { minAvailable: 1 }),
          /minAvailable and maxUnavailable cannot be both set/,
        ],
        [
          'a policy of no range of ports',
          () => named('NetworkPolicy', 'bus'),
          ({ spec }) => Object.assign(spec.egress[0].ports[0], { endPort: 9000 }),
          /must be greater than or equal to `port`/,
        ],
        [
          'a privileged Pod',
          () => podOf('projection'),
          ({ spec }) =>
            Object.assign(spec.containers[0].securityContext, {
              privileged: true,
              allowPrivilegeEscalation: true,
            }),
          /violates PodSecurity "restricted:latest": privileged/,
        ],
        [
          'a Pod that runs as root',
          () => podOf('projection'),
          ({ spec }) => Object.assign(spec.securityContext, { runAsNonRoot: false, runAsUser: 0 }),
          /violates PodSecurity "restricted:latest": runAsNonRoot/,
        ],
        [
          'a Pod that has the folder of a node',
          () => podOf('projection'),
          ({ spec }) => Object.assign(spec.volumes[0], { emptyDir: undefined, hostPath: { path: '/' } }),
          /violates PodSecurity "restricted:latest".*hostPath/,
        ],
        [
          'a ScaledObject whose bound is no number',
          () => named('ScaledObject', 'ocr-mistral'),
          ({ spec }) => Object.assign(spec, { maxReplicaCount: 'four' }),
          /maxReplicaCount/,
        ],
        [
          'an HTTPRoute whose timeout is no duration',
          () => named('HTTPRoute', 'inkstream'),
          ({ spec }) => Object.assign(spec.rules[0], { timeouts: { request: 'an hour' } }),
          /timeouts.request/,
        ],
      ])('%s', async (_what, right, change, why) => {
        const manifest = await right();
        expect((await cluster.check(manifest)).stderr).toBe('');
        change(manifest);
        const said = await cluster.check(manifest);
        expect([said.ok, said.stderr]).toEqual([false, expect.stringMatching(why)]);
      });
    });

    it('KEDA knows every option of the triggers', async () => {
      const source = await readFile(join(kubernetes.definitions, 'kafka_scaler.go'), 'utf8');
      const known = [...source.matchAll(/keda:"name=(\w+)/g)].map(([, name = '']) => name);
      expect(known).toContain('lagThreshold');
      const objects = (await manifests('production')).filter(({ kind }) => kind === 'ScaledObject');
      expect(objects.length).toBeGreaterThan(0);
      for (const { spec } of objects)
        for (const { metadata } of spec.triggers)
          for (const option of Object.keys(metadata)) expect(known).toContain(option.replace(/FromEnv$/, ''));
    });
  },
);

const podSecurityOf = async (cluster: Cluster): Promise<string> => {
  const label = String.raw`jsonpath={.metadata.labels.pod-security\.kubernetes\.io/enforce}`;
  return (await cluster.must('get', 'namespace', 'inkstream', '--output', label)).stdout;
};

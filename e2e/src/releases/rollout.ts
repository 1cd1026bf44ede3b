import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Probe, probeSchema } from '../support/kubernetes/manifests.ts';
import type { Release } from './rolling-cluster.ts';

/** How a Deployment replaces the Pods of a release, and ends them. */
export interface Rollout {
  readonly readiness: Probe;
  /** How long a new Pod has to be ready before an old one goes, ms. */
  readonly minReadyMs: number;
  /** How long a Pod goes on as before once it is deleted, ms. */
  readonly preStopMs: number;
  /** How long a Pod has to end from its deletion on, ms. */
  readonly graceMs: number;
}

const seconds = z.number();
const manifest = z.object({
  spec: z.object({
    minReadySeconds: seconds,
    strategy: z.object({
      rollingUpdate: z.object({ maxUnavailable: z.literal(0), maxSurge: z.literal(1) }),
    }),
    template: z.object({
      spec: z.object({
        terminationGracePeriodSeconds: seconds,
        containers: z.tuple([
          z.object({
            lifecycle: z.object({ preStop: z.object({ sleep: z.object({ seconds }) }) }),
            readinessProbe: probeSchema,
          }),
        ]),
      }),
    }),
  }),
});

/** What every Deployment has. */
const PATH = 'k8s/components/service/deployment.yaml';
/** What a release says of itself whose probe is not its own yet: 0.2.0 and before, which have no manifests. */
const READY = '/health/ready';

/** As the manifests of the repository say; releases without any are probed as they answered then. */
export async function rolloutOf({ folder }: Release, repository: string): Promise<Rollout> {
  const own = await readFile(join(folder, PATH), 'utf8').catch(() => null);
  const { spec } = manifest.parse(parse(own ?? (await readFile(join(repository, PATH), 'utf8'))));
  const { terminationGracePeriodSeconds, containers } = spec.template.spec;
  const [{ readinessProbe, lifecycle }] = containers;
  const httpGet = own === null ? { ...readinessProbe.httpGet, path: READY } : readinessProbe.httpGet;
  return {
    readiness: { ...readinessProbe, httpGet },
    minReadyMs: spec.minReadySeconds * 1_000,
    preStopMs: lifecycle.preStop.sleep.seconds * 1_000,
    graceMs: terminationGracePeriodSeconds * 1_000,
  };
}

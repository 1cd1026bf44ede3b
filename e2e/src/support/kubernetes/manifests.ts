import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { installCheckers } from '@inkstream/native-stack';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const seconds = z.number().int().nonnegative();
export const probeSchema = z.object({
  httpGet: z.object({ path: z.string(), port: z.union([z.string(), z.number()]) }),
  periodSeconds: seconds.default(10),
  timeoutSeconds: seconds.default(1),
  successThreshold: seconds.default(1),
  failureThreshold: seconds.default(3),
});
/** An HTTP probe; what it leaves out is what Kubernetes takes. */
export type Probe = z.infer<typeof probeSchema>;

const source = z.object({ name: z.string(), optional: z.boolean().default(false) });
const variable = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z.object({ fieldRef: z.object({ fieldPath: z.string() }) }).optional(),
});
const container = z.object({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  env: z.array(variable).default([]),
  envFrom: z.array(z.object({ configMapRef: source.optional(), secretRef: source.optional() })).default([]),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  securityContext: z.object({
    allowPrivilegeEscalation: z.boolean(),
    readOnlyRootFilesystem: z.boolean(),
    capabilities: z.object({ drop: z.array(z.string()) }),
  }),
  lifecycle: z.object({ preStop: z.object({ sleep: z.object({ seconds }) }) }),
  startupProbe: probeSchema,
  readinessProbe: probeSchema,
  livenessProbe: probeSchema,
  resources: z.object({
    requests: z.record(z.string(), z.unknown()),
    limits: z.record(z.string(), z.unknown()),
  }),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
});
export type Container = z.infer<typeof container>;

const podSpec = z.object({
  terminationGracePeriodSeconds: seconds,
  securityContext: z.object({ runAsUser: z.number(), runAsGroup: z.number(), fsGroup: z.number() }),
  containers: z.tuple([container]),
  volumes: z.array(z.object({ name: z.string(), emptyDir: z.object({ sizeLimit: z.string() }) })),
});
export type PodSpec = z.infer<typeof podSpec>;

const deployment = z.object({
  kind: z.literal('Deployment'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({ minReadySeconds: seconds, template: z.object({ spec: podSpec }) }),
});
export interface Deployment {
  readonly name: string;
  readonly minReadySeconds: number;
  readonly pod: PodSpec;
}

/** Values of ConfigMaps, or of Secrets, by name. */
export type Values = ReadonlyMap<string, Readonly<Record<string, string>>>;

export interface Manifests {
  readonly deployments: readonly Deployment[];
  readonly configMaps: Values;
  readonly secrets: Values;
}

const object = z.looseObject({ kind: z.string(), metadata: z.object({ name: z.string() }) });
const configMap = z.object({ data: z.record(z.string(), z.string()).default({}) });
const secret = z.object({
  data: z.record(z.string(), z.string()).default({}),
  stringData: z.record(z.string(), z.string()).default({}),
});
const decoded = (data: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );

/** What `kustomize build` makes of a folder: the Deployments, and what they take their environment from. */
export async function buildManifests(folder: string): Promise<Manifests> {
  const { kustomize } = await installCheckers(console.error);
  const { stdout } = await promisify(execFile)(kustomize, ['build', folder], { maxBuffer: 2 ** 26 });
  const objects = parseAllDocuments(stdout).map((one) => object.parse(one.toJS()));
  const all = (kind: string) => objects.filter((one) => one.kind === kind);
  return {
    deployments: all('Deployment').map((one) => {
      const { metadata, spec } = deployment.parse(one);
      return { name: metadata.name, minReadySeconds: spec.minReadySeconds, pod: spec.template.spec };
    }),
    configMaps: new Map(all('ConfigMap').map((one) => [one.metadata.name, configMap.parse(one).data])),
    secrets: new Map(
      all('Secret').map((one) => {
        const { data, stringData } = secret.parse(one);
        return [one.metadata.name, { ...decoded(data), ...stringData }];
      }),
    ),
  };
}

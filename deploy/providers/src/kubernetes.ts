import { requestsGroup, requestsTopic } from '@inkstream/contracts';
import type { ProviderFolder } from './folders.ts';

/** Partitions of the requests' topics: more replicas would have nothing to read (`KAFKA_PARTITIONS`). */
const MOST_REPLICAS = 12;
/** Of an account that costs money: its limits are shared by all replicas, so that more of them read no faster. */
const MOST_PAID = 4;

interface Needs {
  readonly cpu: string;
  readonly memory: { readonly request: string; readonly limit: string };
}
/** Limits as in docker-compose.yml, by what documents take (docs/limits.md); requests are what idle and usual work needs. */
const REMOTE: Needs = { cpu: '250m', memory: { request: '384Mi', limit: '3Gi' } };
const LOCAL: Needs = { cpu: '2', memory: { request: '1Gi', limit: '3Gi' } };

/** The providers' components, by path from the root. */
export const providerComponents = (folders: readonly ProviderFolder[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    folders.flatMap((folder) => {
      const at = `k8s/components/providers/${folder.name}`;
      return [
        [`${at}/kustomization.yaml`, kustomization(folder)],
        [`${at}/deployment.yaml`, deployment(folder)],
        [`${at}/scaled-object.yaml`, scaledObject(folder)],
      ];
    }),
  );

const GENERATED = '# Made from services/%s by `npm run generate:providers`.';
const header = ({ folder }: ProviderFolder) => GENERATED.replace('%s', folder);

const kustomization = (provider: ProviderFolder) => `${header(provider)}
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources:
  - deployment.yaml
  - scaled-object.yaml
components:
  - ../../service
`;

const isRemote = ({ wants }: ProviderFolder) => wants !== null;

function deployment(provider: ProviderFolder): string {
  const { name, folder, declaration } = provider;
  const { cpu, memory } = isRemote(provider) ? REMOTE : LOCAL;
  const asks = isRemote(provider) ? '\n        inkstream.dev/asks: vendor' : '';
  const environment = Object.entries(declaration.compose.environment);
  const env = environment
    .map(([key, value]) => `\n            - { name: ${key}, value: "${value}" }`)
    .join('');
  const settings = isRemote(provider)
    ? `\n            # ${provider.wants}, and what else docs/providers.md names.`
    : '\n            # What docs/providers.md names.';
  return `${header(provider)}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${folder}
  labels: { app.kubernetes.io/part-of: inkstream }
spec:
  # The number of replicas is the ScaledObject's.
  selector:
    matchLabels: { app.kubernetes.io/name: ${folder}, app.kubernetes.io/part-of: inkstream }
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ${folder}
        app.kubernetes.io/part-of: inkstream
        inkstream.dev/tier: provider${asks}
    spec:
      containers:
        - name: service
          image: inkstream/${folder}${env === '' ? '' : `\n          env:${env}`}
          envFrom:
            - configMapRef: { name: inkstream-settings }
            - secretRef: { name: inkstream-event-store }
            - secretRef: { name: inkstream-bus }
            - secretRef: { name: inkstream-objects }
            - secretRef: { name: inkstream-passwords, optional: true }${settings}
            - secretRef: { name: inkstream-${name}${isRemote(provider) ? '' : ', optional: true'} }
          resources:
            requests: { cpu: ${cpu}, memory: ${memory.request} }
            limits: { memory: ${memory.limit} }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: ${folder}
  labels: { app.kubernetes.io/part-of: inkstream }
spec:
  maxUnavailable: 1
  selector:
    matchLabels: { app.kubernetes.io/name: ${folder}, app.kubernetes.io/part-of: inkstream }
`;
}

const trigger = (provider: ProviderFolder, bulk: boolean) => `    - type: kafka
      metadata:
        bootstrapServersFromEnv: KAFKA_BROKERS
        topic: ${requestsTopic(provider.name, bulk ? 'bulk' : 'interactive')}
        consumerGroup: ${requestsGroup(provider.name, bulk ? 'bulk' : 'interactive')}
        # KEDA speaks the protocol of 1.0.0 by default, which brokers do not know any more since 4.0 (KIP-896).
        version: 2.1.0
        # By default 10. So many requests for each replica; KEDA counts from the first that is not finished.
        lagThreshold: "${bulk ? 200 : 20}"
        # By default latest: a group that has committed nothing would have no lag. The service begins with the earliest.
        offsetResetPolicy: earliest
        # Replicas beyond the partitions would idle.
        allowIdleConsumers: "false"
        limitToPartitionsWithLag: "false"
        ${persistentLag(provider)}
        scaleToZeroOnInvalidOffset: "false"
`;

/** Whether what waits counts while nothing is finished between two looks. */
const persistentLag = (provider: ProviderFolder): string =>
  isRemote(provider)
    ? `# A provider that is paused reads nothing: more replicas would not either.
        excludePersistentLag: "true"`
    : `# A long document is finished after several looks: what waits behind it counts.
        excludePersistentLag: "false"`;

const scaledObject = (provider: ProviderFolder) => `${header(provider)}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: ${provider.folder}
  labels: { app.kubernetes.io/part-of: inkstream }
spec:
  scaleTargetRef: { name: ${provider.folder} }
  # Never none: a provider of which no replica announces itself is offered to nobody, so that no request would wake it.
  minReplicaCount: 1
  # By default 100. ${isRemote(provider) ? 'An account has limits that all replicas share.' : 'Replicas beyond the partitions would idle.'}
  maxReplicaCount: ${isRemote(provider) ? MOST_PAID : MOST_REPLICAS}
  # By default 30 s.
  pollingInterval: 15
  # If the brokers cannot be asked, what runs goes on.
  fallback: { failureThreshold: 3, replicas: 1, behavior: currentReplicas }
  advanced:
    horizontalPodAutoscalerConfig:
      behavior:
        scaleUp:
          policies:
            - { type: Pods, value: 4, periodSeconds: 30 }
        # A Pod that ends hands its documents over: one at a time, once five minutes were quiet.
        scaleDown:
          stabilizationWindowSeconds: 300
          policies:
            - { type: Pods, value: 1, periodSeconds: 60 }
  triggers:
${trigger(provider, false)}${trigger(provider, true)}`;

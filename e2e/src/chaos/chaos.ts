import { createdJobSchema, jobSchema } from '@inkstream/contracts';
import { mulberry32 } from '@inkstream/testing';
import type { Cluster } from '../support/distributed/cluster.ts';
import { waitFor } from '../support/wait-for.ts';
import { documentOf } from './documents.ts';
import { type Load, type LoadOptions, startLoad } from './load.ts';
import { type Fault, playFaults, type Victim } from './schedule.ts';

const RECOVERY_LIMIT_MS = 120_000;

export interface ChaosOptions {
  readonly cluster: Cluster;
  /** The backends that may be killed. */
  readonly backends: readonly Victim[];
  readonly seed: number;
  readonly forMs: number;
  readonly uploadEveryMs: number;
  readonly receipt: LoadOptions['receipt'];
  readonly onFault: (fault: Fault) => void;
}

/** Resolves once an upload at any of the gateways has come to its end. */
async function probe(gateways: readonly string[], name: string): Promise<void> {
  const body = () => {
    const form = new FormData();
    form.append('ocrProvider_0', 'echo');
    form.append('file', new Blob([documentOf(name, 1_000)]), 'probe.png');
    return form;
  };
  let turn = 0;
  const call = async (path: string, init: RequestInit = {}) => {
    const gateway = gateways[turn++ % gateways.length] ?? '';
    const response = await fetch(gateway + path, { ...init, signal: AbortSignal.timeout(10_000) });
    return response.ok ? ((await response.json()) as unknown) : null;
  };
  const limits = { limitMs: RECOVERY_LIMIT_MS, everyMs: 50 };
  const headers = { 'Idempotency-Key': name };
  const created = await waitFor(
    `${name} to be acknowledged`,
    () => call('/ocr-jobs/upload', { method: 'POST', body: body(), headers }).catch(() => null),
    (answer) => answer !== null,
    limits,
  );
  const { id } = createdJobSchema.parse(created);
  await waitFor(
    `${name} to end`,
    () => call(`/ocr-jobs/${id}`).catch(() => null),
    (answer) => answer !== null && jobSchema.parse(answer).status === 'completed',
    limits,
  );
}

/** Each replica, killed and started again on its port. */
const victimsOf = (cluster: Cluster): Victim[] =>
  cluster.services.map((service) => ({
    name: service.name,
    kill: () => service.end('SIGKILL'),
    start: () => service.start(),
  }));

/** Uploads under faults: each replica of each service and each backend is killed and started again, at least once. */
export async function playChaos(options: ChaosOptions): Promise<{ load: Load; faults: Fault[] }> {
  const { cluster, backends, seed, forMs, uploadEveryMs, receipt, onFault } = options;
  const gateways = cluster.of('upload-gateway').map(({ url }) => url);
  const load = startLoad({ gateways, random: mulberry32(seed), everyMs: uploadEveryMs, receipt });
  let probes = 0;
  const faults = await playFaults({
    victims: [...victimsOf(cluster), ...backends],
    random: mulberry32(seed + 1),
    until: performance.now() + forMs,
    probe: () => probe(gateways, `probe-${seed}-${++probes}`),
    onFault,
  });
  await load.stop();
  return { load, faults };
}

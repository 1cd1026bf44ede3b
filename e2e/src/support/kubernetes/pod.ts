import { once } from 'node:events';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { environmentOf } from './environment.ts';
import { imageOf } from './image.ts';
import type { Deployment, Manifests } from './manifests.ts';
import { keepAsking, untilAnswered } from './probe.ts';
import { pidInSandbox, type SandboxOptions, spawnSandbox } from './sandbox.ts';

/** kubelet starts a container again that ends before it has started; so many times it does here. */
const MAX_STARTS = 5;

/** How a container ended. */
export interface Ended {
  /** Null if a signal ended it, as at the end of its grace. */
  readonly code: number | null;
  /** From SIGTERM on. */
  readonly tookMs: number;
  /** What was left of its grace at SIGTERM, once the preStop hook was done. */
  readonly graceMs: number;
}

/** The container of a Deployment's Pod as a process, looked after as kubelet would. */
export interface Pod {
  readonly name: string;
  readonly url: string;
  /** Its PID 1 as this machine counts. */
  readonly pid: number;
  /** What its readiness probe says. */
  isReady(): boolean;
  /** What it did, once it had started, that it may not: fail its liveness probe, or end by itself. */
  readonly faults: readonly string[];
  /** What it has logged. */
  log(): string;
  /** Runs the preStop hook, sends SIGTERM, and kills it once its grace is over. */
  delete(): Promise<Ended>;
}

interface Run {
  readonly pid: number;
  readonly closed: Promise<number | null>;
  log(): string;
}

/** Starts the process of a container. */
async function run(name: string, options: Omit<SandboxOptions, 'root'>): Promise<Run> {
  const root = await mkdtemp(join(tmpdir(), 'inkstream-pod-'));
  const child = spawnSandbox({ ...options, root });
  const lines: string[] = [];
  for (const output of [child.stdout, child.stderr])
    output?.setEncoding('utf8').on('data', (chunk: string) => lines.push(chunk));
  const log = () => lines.join('');
  const closed = once(child, 'close').then(async ([code]) => {
    await rmdir(root);
    return code as number | null;
  });
  const died = closed.then((code): never => {
    throw new Error(`${name} ended with ${code}:\n${log()}`);
  });
  return { pid: await Promise.race([pidInSandbox(child), died]), closed, log };
}

/** How a Deployment's container is run, at this port of the machine's one address. */
function containerOf({ name, pod }: Deployment, manifests: Manifests, port: number) {
  const [container] = pod.containers;
  const image = imageOf(container.image.replace(/^inkstream\/([^:@]+).*$/, '$1'));
  const fields = {
    'metadata.name': `${name}-${port}`,
    'metadata.namespace': 'inkstream',
    'metadata.uid': `uid-${port}`,
    'spec.nodeName': 'here',
    'status.podIP': '127.0.0.1',
  };
  const env = {
    ...image.env,
    ...environmentOf(container, manifests, fields),
    ...{ HOST: '127.0.0.1', PORT: String(port), HOSTNAME: fields['metadata.name'] },
  };
  const command = [...(container.command ?? image.command), ...(container.args ?? [])];
  return { pod, command, workingFolder: image.workingFolder, env };
}

/** Starts a Pod, and waits until its startup probe succeeds. Rejects with its log if it does not. */
export async function startPod(deployment: Deployment, manifests: Manifests): Promise<Pod> {
  const { name, pod } = deployment;
  const [{ startupProbe, readinessProbe, livenessProbe, lifecycle }] = pod.containers;
  const port = await freePort();
  const started = async (starts = 1): Promise<Run> => {
    const one = await run(name, containerOf(deployment, manifests, port));
    const probing = new AbortController();
    const answers = untilAnswered(port, startupProbe, probing.signal);
    const begun = await Promise.race([answers, one.closed.then(() => 'ended' as const)]);
    probing.abort();
    if (begun === true) return one;
    if (begun === 'ended' && starts < MAX_STARTS) return started(starts + 1);
    if (begun === false) process.kill(one.pid, 'SIGKILL');
    throw new Error(`${name} did not start:\n${one.log()}`);
  };
  const { pid, closed, log } = await started();

  const faults: string[] = [];
  const probing = new AbortController();
  let deleted = false;
  closed.then((code) => {
    probing.abort();
    if (!deleted) faults.push(`${name} ended by itself with ${code}`);
  });
  let ready = false;
  const setReady = (isWell: boolean) => {
    ready = isWell;
  };
  const live = (isWell: boolean) => {
    if (!isWell) faults.push(`${name} failed its liveness probe`);
  };
  keepAsking(port, readinessProbe, setReady, probing.signal);
  keepAsking(port, livenessProbe, live, probing.signal);
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    pid,
    faults,
    log,
    isReady: () => ready,
    async delete() {
      const graceEnds = performance.now() + pod.terminationGracePeriodSeconds * 1_000;
      await sleep(lifecycle.preStop.sleep.seconds * 1_000);
      const at = performance.now();
      if (!probing.signal.aborted) process.kill(pid, 'SIGTERM');
      deleted = true;
      probing.abort();
      const kill = setTimeout(() => process.kill(pid, 'SIGKILL'), graceEnds - at);
      const code = await closed;
      clearTimeout(kill);
      return { code, tookMs: performance.now() - at, graceMs: graceEnds - at };
    },
  };
}

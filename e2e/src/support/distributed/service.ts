import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { type NodeProcess, startNode } from '../node-process.ts';

const START_LIMIT_MS = 180_000;
const POLL_MS = 25;

export interface ServiceSpec {
  readonly name: string;
  readonly script: URL;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A service as a process of its own, on the same port however often it is started. */
export interface Service {
  readonly name: string;
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** The process that runs. */
  readonly process: NodeProcess;
  /** What all its processes have logged. */
  log(): string;
  /** Starts it again once it was ended, and waits until it is ready. */
  start(): Promise<void>;
  /** Ends it; gives the exit code, null where a signal ended it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

async function untilReady(url: string, process: NodeProcess): Promise<void> {
  const giveUpAt = performance.now() + START_LIMIT_MS;
  while (performance.now() < giveUpAt) {
    const ready = fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (await Promise.race([ready, process.died])) return;
    await sleep(POLL_MS);
  }
  throw new Error(`${url} did not get ready:\n${process.log()}`);
}

/** Starts a service and waits until it and all that it stands on answer. */
export async function startService({ name, script, args = [], env }: ServiceSpec): Promise<Service> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const fork = () => startNode(script, { args, env: { ...env, PORT: String(port) } });
  let process = fork();
  let earlier = '';
  await untilReady(url, process);
  return {
    name,
    url,
    get process() {
      return process;
    },
    log: () => earlier + process.log(),
    async start() {
      earlier += process.log();
      process = fork();
      await untilReady(url, process);
    },
    end: (signal) => process.end(signal),
  };
}

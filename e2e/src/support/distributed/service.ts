import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { type NodeProcess, startNode } from '../node-process.ts';

const START_LIMIT_MS = 180_000;
const POLL_MS = 25;
/** An orchestrator starts a service again that gives up before it is ready; so many times it does here. */
const MAX_STARTS = 5;

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
  /** How often it ended by itself once it was ready, which no fault may make it do. */
  readonly ownEnds: number;
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
  let process: NodeProcess;
  let earlier = '';
  let ownEnds = 0;
  const start = async () => {
    for (let starts = 1; ; starts++) {
      const started = startNode(script, { args, env: { ...env, PORT: String(port) } });
      process = started;
      try {
        await untilReady(url, started);
        started.died.catch(() => ownEnds++);
        return;
      } catch (error) {
        earlier += started.log();
        await started.end('SIGKILL');
        if (starts === MAX_STARTS) throw error;
      }
    }
  };
  await start();
  return {
    name,
    url,
    get process() {
      return process;
    },
    get ownEnds() {
      return ownEnds;
    },
    log: () => earlier + process.log(),
    async start() {
      earlier += process.log();
      await start();
    },
    end: (signal) => process.end(signal),
  };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { lifeline } from '../process/lifeline.ts';
import { runs } from '../process/spawn-backend.ts';
import type { Service } from './service-list.ts';

const FLAGS = ['--disable-warning=ExperimentalWarning'];
/** A service that ends sooner than this, in ms, has failed to start; this many times in a row end all. */
const START_MS = 30_000;
const MAX_FAILED_STARTS = 5;
/** The exit code of a service that does not run before its variables are changed: EX_CONFIG of sysexits.h. */
const NOT_CONFIGURED = 78;
/** A provider may want a key that nobody has; everything else is needed. */
const isNeeded = ({ name }: Service) => !name.startsWith('ocr-');

export interface Options {
  /** The variables of all services; those of each are added. */
  readonly env: NodeJS.ProcessEnv;
  readonly write: (line: string) => void;
  /** The wait before a service that ended by itself is restarted, in ms (default 1 s). */
  readonly pauseMs?: number;
}

export interface RunningServices {
  /** Resolves once all have ended: whether that was asked for. */
  readonly ended: Promise<boolean>;
  /** Asks all to end (SIGTERM); a second time they end at once. */
  end(): void;
}

/** In a group of its own: a Ctrl-C reaches it once, from here. It ends with this process, however that ends. */
function startProcess({ script, env }: Service, shared: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, [...FLAGS, fileURLToPath(script)], {
    env: { ...shared, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  lifeline(child);
  return child;
}

/**
 * Runs each service as a process whose lines come out with its name before them, and starts it again when it ends by
 * itself, as an orchestrator does; a provider that is not configured is left out.
 */
export function startServices(
  services: readonly Service[],
  { env, write, pauseMs = 1_000 }: Options,
): RunningServices {
  const width = Math.max(...services.map(({ name }) => name.length));
  const running = new Set<ChildProcess>();
  const ending = new AbortController();
  const end = () => {
    ending.abort();
    for (const child of running) if (runs(child)) child.kill('SIGTERM');
  };

  async function runOnce(service: Service): Promise<number | null> {
    const child = startProcess(service, env);
    running.add(child);
    const say = (line: string) => write(`${service.name.padEnd(width)} | ${line}`);
    for (const output of [child.stdout, child.stderr] as Readable[])
      createInterface({ input: output }).on('line', say);
    const [code, signal] = await once(child, 'close');
    running.delete(child);
    say(code === NOT_CONFIGURED && !isNeeded(service) ? 'is left out' : `ended with ${signal ?? code}`);
    return code;
  }

  async function keepRunning(service: Service): Promise<boolean> {
    for (let failed = 0; failed < MAX_FAILED_STARTS; ) {
      const startedAt = performance.now();
      const code = await runOnce(service);
      if (ending.signal.aborted) return true;
      if (code === NOT_CONFIGURED && !isNeeded(service)) return true;
      if (code === NOT_CONFIGURED) break;
      failed = performance.now() - startedAt < START_MS ? failed + 1 : 0;
      await sleep(pauseMs, undefined, { signal: ending.signal }).catch(() => {});
      if (ending.signal.aborted) return true;
    }
    end();
    return false;
  }

  const ended = Promise.all(services.map(keepRunning)).then((asked) => asked.every(Boolean));
  return { ended, end };
}

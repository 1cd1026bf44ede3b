import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { BackendKind, Report } from './backend-kind.ts';
import { eventstoredb, mongodb } from './backends/doubles.ts';
import { kafka } from './backends/kafka.ts';
import type { Launch, LaunchOptions } from './backends/launch.ts';
import { minio } from './backends/minio.ts';
import { versitygw } from './backends/versitygw.ts';
import { install } from './install/install.ts';
import { freePort, isFree } from './process/free-port.ts';
import { lifeline } from './process/lifeline.ts';
import { runs, spawnBackend } from './process/spawn-backend.ts';

export interface StartOptions {
  /** Where its data is kept; made if it is not there. The same folder again: the same data. */
  readonly folder: string;
  /** On 127.0.0.1. Default: one that is free. */
  readonly port?: number;
  /** The port that its clients are told to use, such as that of a proxy before it. Default: its own. */
  readonly advertisedPort?: number;
  /** Told when it has to be installed first. */
  readonly log?: Report;
}

/** A backend in a process of its own, which ends with this process, however that ends. */
export interface NativeBackend {
  readonly kind: BackendKind;
  /** The configuration's variables for it, such as `KAFKA_BROKERS`. */
  readonly env: Readonly<Record<string, string>>;
  /** Where its data is. */
  readonly folder: string;
  /** Of the process that runs, or ran last. */
  readonly pid: number;
  /** Sends a signal, SIGKILL by default. Resolves once the process has ended; at once for SIGSTOP and SIGCONT. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again, on the same port and folder, and resolves once it serves. If it still runs it is killed first. */
  restart(): Promise<void>;
  /** Kills it, and deletes all of its data: what `restart` starts then is empty. */
  wipe(): Promise<void>;
  /** Ends it: SIGTERM, and SIGKILL after 10 s. May be called twice. */
  close(): Promise<void>;
}

const launches: { readonly [Kind in BackendKind]: (options: LaunchOptions) => Promise<Launch> } = {
  kafka,
  minio,
  versitygw,
  mongodb,
  eventstoredb,
};

/** Installs a backend if need be and prepares its folder: ready to start. */
export async function prepare(
  kind: BackendKind,
  options: StartOptions,
): Promise<Launch & { folder: string }> {
  const { port = await freePort(), advertisedPort = port, log } = options;
  const folder = resolve(options.folder);
  const home = await install(kind, log);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  if (!(await isFree(port))) throw new Error(`${kind} cannot have port ${port}: something listens there.`);
  return { ...(await launches[kind]({ home, folder, port, advertisedPort })), folder };
}

/**
 * Starts a backend and waits until it serves.
 *
 * @throws MissingToolError if it cannot be installed; an error with the end of its output if it does not start.
 */
export async function startBackend(kind: BackendKind, options: StartOptions): Promise<NativeBackend> {
  const { port = await freePort() } = options;
  let launch = await prepare(kind, { ...options, port });
  const start = async () => {
    const started = await spawnBackend(launch, launch.folder, false);
    lifeline(started);
    return started;
  };
  let child = await start();
  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    if (!runs(child)) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await ended;
  };
  return {
    kind,
    env: launch.env,
    folder: launch.folder,
    get pid() {
      return child.pid ?? 0;
    },
    kill,
    async restart() {
      await kill();
      child = await start();
    },
    async wipe() {
      await kill();
      await rm(launch.folder, { recursive: true });
      launch = await prepare(kind, { ...options, port });
    },
    async close() {
      const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await kill('SIGTERM');
      clearTimeout(force);
    },
  };
}

export const startKafka = (options: StartOptions): Promise<NativeBackend> => startBackend('kafka', options);
export const startMinio = (options: StartOptions): Promise<NativeBackend> => startBackend('minio', options);
export const startMongo = (options: StartOptions): Promise<NativeBackend> => startBackend('mongodb', options);
export const startEventStoreDb = (options: StartOptions): Promise<NativeBackend> =>
  startBackend('eventstoredb', options);

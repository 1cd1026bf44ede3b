import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BackendKind, startBackend } from '@inkstream/native-stack';
import type { Backend } from './backend.ts';
import { type Running, startContainer } from './container.ts';
import { fromEnvironment } from './environment.ts';

/** Backends for one run, of each kind at most one. */
export interface Backends {
  /**
   * The environment's, else a container, else a native process; started at the first request.
   *
   * @throws if it cannot be had, with the reason, and again at each request.
   */
  backend(kind: BackendKind): Promise<Backend>;
  /** Ends all that this started, and deletes their data. */
  close(): Promise<void>;
}

const doubles: readonly BackendKind[] = ['eventstoredb', 'mongodb'];

/** Says to `report` where each came from. */
export function openBackends(report: (line: string) => void): Backends {
  const started = new Map<BackendKind, Promise<Running>>();

  const native = async (kind: BackendKind): Promise<Running> => {
    const folder = await mkdtemp(join(tmpdir(), `inkstream-${kind}-`));
    const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
    try {
      const process = await startBackend(kind, { folder, log: report });
      const from = doubles.includes(kind) ? 'wire double' : 'native';
      return { backend: { env: process.env, from }, stop: () => process.kill().then(remove) };
    } catch (error) {
      await remove();
      throw error;
    }
  };

  const start = async (kind: BackendKind): Promise<Running> => {
    const named = fromEnvironment(kind);
    const running = named
      ? { backend: named, stop: async () => {} }
      : ((await startContainer(kind)) ?? (await native(kind)));
    report(`${kind}: ${running.backend.from}, ${Object.values(running.backend.env)[0]}`);
    return running;
  };

  return {
    async backend(kind) {
      const running = started.get(kind) ?? start(kind);
      started.set(kind, running);
      return (await running).backend;
    },
    async close() {
      const all = await Promise.allSettled(started.values());
      await Promise.all(all.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
    },
  };
}

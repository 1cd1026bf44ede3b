import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EngineKind, startEngine } from '@inkstream/native-stack';
import { type Running, startContainer } from './container.ts';
import type { Engine } from './engine.ts';
import { fromEnvironment } from './environment.ts';

/** Engines for one run, of each kind at most one. */
export interface Engines {
  /**
   * The environment's, else a container, else a native process; started at the first request.
   *
   * @throws if it cannot be had, with the reason, and again at each request.
   */
  engine(kind: EngineKind): Promise<Engine>;
  /** Ends all that this started, and deletes their data. */
  close(): Promise<void>;
}

const doubles: readonly EngineKind[] = ['eventstoredb', 'mongodb'];

/** Says to `report` where each came from. */
export function openEngines(report: (line: string) => void): Engines {
  const started = new Map<EngineKind, Promise<Running>>();

  const native = async (kind: EngineKind): Promise<Running> => {
    const folder = await mkdtemp(join(tmpdir(), `inkstream-${kind}-`));
    const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
    try {
      const process = await startEngine(kind, { folder, log: report });
      const from = doubles.includes(kind) ? 'wire double' : 'native';
      return { engine: { env: process.env, from }, stop: () => process.kill().then(remove) };
    } catch (error) {
      await remove();
      throw error;
    }
  };

  const start = async (kind: EngineKind): Promise<Running> => {
    const named = fromEnvironment(kind);
    const running = named
      ? { engine: named, stop: async () => {} }
      : ((await startContainer(kind)) ?? (await native(kind)));
    report(`${kind}: ${running.engine.from}, ${Object.values(running.engine.env)[0]}`);
    return running;
  };

  return {
    async engine(kind) {
      const running = started.get(kind) ?? start(kind);
      started.set(kind, running);
      return (await running).engine;
    },
    async close() {
      const all = await Promise.allSettled(started.values());
      await Promise.all(all.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
    },
  };
}

import {
  closeEngines,
  engineConfig,
  openEngines,
  readConfig,
  type Engines as Stores,
  silentLogger,
} from '@inkstream/service-kit';
import type { Env } from './service.ts';

/** Works on the engines as the services see them, beside them or before they start. */
export async function withStores<Port extends keyof Stores, T>(
  env: Env,
  ports: readonly Port[],
  work: (stores: Pick<Stores, Port>) => Promise<T>,
): Promise<T> {
  const stores = await openEngines(readConfig(engineConfig, env), silentLogger(), ports);
  try {
    return await work(stores);
  } finally {
    await closeEngines(stores);
  }
}

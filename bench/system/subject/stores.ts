import {
  backendConfig,
  closeBackends,
  openBackends,
  readConfig,
  type Backends as Stores,
  silentLogger,
} from '@inkstream/service-kit';
import type { Env } from './service.ts';

/** Works on the backends as the services see them, beside them or before they start. */
export async function withStores<Port extends keyof Stores, T>(
  env: Env,
  ports: readonly Port[],
  work: (stores: Pick<Stores, Port>) => Promise<T>,
): Promise<T> {
  const stores = await openBackends(readConfig(backendConfig, env), silentLogger(), ports);
  try {
    return await work(stores);
  } finally {
    await closeBackends(stores);
  }
}

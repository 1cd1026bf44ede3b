import {
  type DoubledProvider,
  doubledVendors,
  type ProviderDouble,
  startDouble,
} from '@inkstream/testing/provider-doubles';
import type { Replicas } from './cluster.ts';

/** Vendors on 127.0.0.1, and the services that ask them. */
export interface Vendors {
  readonly doubles: ReadonlyMap<DoubledProvider, ProviderDouble>;
  /** As many replicas of each as are asked for, one by default. */
  services(replicas?: Partial<Record<DoubledProvider, number>>): Readonly<Record<string, Replicas>>;
  close(): Promise<void>;
}

/** Starts the doubles of these providers' vendors. */
export async function startVendors(providers: readonly DoubledProvider[]): Promise<Vendors> {
  const doubles = new Map(
    await Promise.all(
      providers.map(async (name) => [name, await startDouble(doubledVendors[name].vendor)] as const),
    ),
  );
  return {
    doubles,
    services: (replicas = {}) =>
      Object.fromEntries(
        [...doubles].map(([name, double]) => [
          `ocr-${name}`,
          {
            script: new URL(`../../../../services/ocr-${name}/src/main.ts`, import.meta.url),
            replicas: replicas[name] ?? 1,
            env: doubledVendors[name].env(double),
          },
        ]),
      ),
    async close() {
      await Promise.all([...doubles.values()].map((double) => double.close()));
    },
  };
}

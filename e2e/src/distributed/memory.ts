import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '../support/distributed/service.ts';
import type { Memory } from '../support/running.ts';

const SAMPLES = 3;
const BETWEEN_MS = 1_000;

/** Memory of one replica, bytes. */
export interface MemoryOfService extends Memory {
  readonly service: string;
}

/** The least of three collected samples: one collection can't free what still waits for a timer or a finalizer. */
async function settled({ name, process }: Service): Promise<MemoryOfService> {
  const samples: Memory[] = [];
  for (let n = 0; n < SAMPLES; n++) {
    await sleep(BETWEEN_MS);
    samples.push(await process.settled());
  }
  const least = (of: (memory: Memory) => number) => Math.min(...samples.map(of));
  return { service: name, rss: least(({ rss }) => rss), heap: least(({ heap }) => heap) };
}

/** Memory of each replica of each service, once garbage is collected. */
export const measure = (services: readonly Service[]): Promise<MemoryOfService[]> =>
  Promise.all(services.map(settled));

const mib = (bytes = 0) => (bytes / 2 ** 20).toFixed(1).padStart(8);

/** The lines of a table: heap in use and resident memory of each replica, before and after. */
export function table(before: readonly MemoryOfService[], after: readonly MemoryOfService[]): string[] {
  const head = `${'service'.padEnd(18)}${'heap'.padStart(8)}    after   growth${'rss'.padStart(8)}    after  (MiB)`;
  const rows = after.map(({ service, heap, rss }, index) => {
    const first = before[index];
    const growth = `${((heap / (first?.heap ?? heap) - 1) * 100).toFixed(1)} %`.padStart(9);
    return `${service.padEnd(18)}${mib(first?.heap)} ${mib(heap)}${growth}${mib(first?.rss)} ${mib(rss)}`;
  });
  return [head, ...rows];
}

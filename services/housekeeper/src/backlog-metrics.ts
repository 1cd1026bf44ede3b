import type { ReadModel } from '@inkstream/read-model';
import { type Measurement, observeAll, readBacklog } from '@inkstream/service-kit';

const SHARED_MS = 1_000;

interface BacklogOptions {
  readonly readModel: Pick<ReadModel, 'unfinishedExecutions'>;
  /** Whether it is this housekeeper's turn: several would report the same. */
  readonly isActive: () => boolean;
  /** The clock that ages are reckoned by, which need not be exact. */
  readonly now: () => Date;
}

/** Reports what waits for each provider, as `GET /providers` does; one that had a backlog has 0 from then on. */
export function observeBacklog({ readModel, isActive, now }: BacklogOptions): { close(): void } {
  const known = new Set<string>();
  let latest: { readonly at: Date; readonly backlog: ReturnType<typeof readBacklog> } | undefined;
  /** Both gauges are collected at once, and share what is read. */
  const backlogAt = (at: Date) => {
    if (!latest || Math.abs(at.getTime() - latest.at.getTime()) > SHARED_MS)
      latest = { at, backlog: readBacklog(readModel) };
    return latest.backlog;
  };
  const of = async (measure: (requests: number, ageSeconds: number) => number): Promise<Measurement[]> => {
    if (!isActive()) return [];
    const at = now();
    const { providers } = await backlogAt(at);
    for (const provider of Object.keys(providers)) known.add(provider);
    return [...known].map((provider) => {
      const { requests = 0, oldestAt } = providers[provider] ?? {};
      const age = oldestAt === undefined ? 0 : Math.max(0, at.getTime() - Date.parse(oldestAt)) / 1_000;
      return { value: measure(requests, age), attributes: { provider } };
    });
  };
  const gauges = [
    observeAll(
      'inkstream.provider.backlog',
      { unit: '{execution}', description: 'Requests that the provider has not begun, of the 5,000 oldest' },
      () => of((requests) => requests),
    ),
    observeAll(
      'inkstream.provider.backlog.age',
      { unit: 's', description: 'Age of the oldest request that the provider has not begun' },
      () => of((_, age) => age),
    ),
  ];
  return {
    close() {
      for (const gauge of gauges) gauge.close();
    },
  };
}

import { PAUSE_CAUSES, type ProviderStatus } from '@inkstream/contracts';
import type { Cost } from '@inkstream/domain';
import { observe, type Running } from '@inkstream/service-kit';
import type { ModelWatch } from '../model-watch.ts';
import type { Limiter } from './limiter.ts';
import type { Spending } from './spending.ts';

interface Observed {
  readonly provider: string;
  readonly status: () => ProviderStatus;
  readonly limiter: Limiter | undefined;
  readonly spending: Spending;
  /** The most in a day, if there is one. */
  readonly budget: Cost | undefined;
  readonly watch: ModelWatch;
}

/** Reports how a provider is, until it is closed. */
export function observeProvider({
  provider,
  status,
  limiter,
  spending,
  budget,
  watch,
}: Observed): Pick<Running, 'close'> {
  const gauge = (
    name: string,
    unit: string,
    description: string,
    read: () => number | undefined,
    more: Readonly<Record<string, string>> = {},
  ) => observe(`inkstream.provider.${name}`, { unit, description, attributes: { provider, ...more } }, read);
  const paused = [...PAUSE_CAUSES, 'down' as const].map((cause) => {
    const isPaused = () => {
      const now = status();
      return now.state !== 'ready' && (now.cause ?? 'down') === cause ? 1 : 0;
    };
    return gauge('paused', '1', '1 while the provider does not read, by its cause', isPaused, { cause });
  });
  const spentToday = () => {
    const { today } = spending;
    return today ? Number(today.amount) : undefined;
  };
  /** 0 before the first call of the day, which nothing is known of. */
  const budgetUsed = () =>
    budget?.currency === 'USD' ? (spentToday() ?? 0) / Number(budget.amount) : undefined;
  const refused = observe(
    'inkstream.provider.calls_refused',
    {
      kind: 'counter',
      unit: '{call}',
      description: 'Calls that the vendor refused for being too many',
      attributes: { provider },
    },
    () => limiter?.refused,
  );
  const gauges = [
    refused,
    ...paused,
    gauge('spent_today', '{USD}', 'What all replicas spent since midnight UTC', spentToday),
    gauge('budget.used', '1', 'What was spent since midnight UTC, of the budget of the day', budgetUsed),
    gauge('model_days_left', '{day}', 'Until its model is shut down', () => watch.daysLeft),
    gauge('calls_waiting', '{call}', 'Calls that wait for the rate limits', () => limiter?.waiting),
  ];
  return {
    async close() {
      for (const one of gauges) one.close();
    },
  };
}

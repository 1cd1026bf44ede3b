import type { Cost, Spent, Usage } from '@inkstream/domain';

/** Digits after the point that sums of costs are exact to. */
const SCALE = 1e9;

/** Sum of decimal strings. */
const sumOf = (amounts: readonly string[]): string =>
  String(amounts.reduce((total, amount) => total + Math.round(Number(amount) * SCALE), 0) / SCALE);

interface MaySpend {
  readonly usage?: Usage | undefined;
  readonly cost?: Cost | undefined;
}

/** What was spent in all; a cost only if all of it is in one currency. */
export function spentOn(parts: readonly MaySpend[]): Spent {
  const usage: Record<string, number> = {};
  for (const part of parts)
    for (const [unit, amount] of Object.entries(part.usage ?? {})) usage[unit] = (usage[unit] ?? 0) + amount;
  const costs = parts.flatMap(({ cost }) => cost ?? []);
  const currency = costs[0]?.currency;
  return {
    ...(Object.keys(usage).length > 0 && { usage }),
    ...(currency !== undefined &&
      costs.every((cost) => cost.currency === currency) && {
        cost: { currency, amount: sumOf(costs.map(({ amount }) => amount)) },
      }),
  };
}

import type { Cost, Spent, Usage } from './events.ts';

/** Places after the point that are reckoned with: a token of a price for a million of them counts. */
const PLACES = 12;
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** An amount in parts of 10^-12; none if it is no decimal number. */
function partsOf(amount: string): bigint {
  const [, sign, whole = '0', fraction = ''] = DECIMAL.exec(amount) ?? [];
  const parts = BigInt(whole + fraction.slice(0, PLACES).padEnd(PLACES, '0'));
  return sign === '-' ? -parts : parts;
}

function amountOf(parts: bigint): string {
  const one = 10n ** BigInt(PLACES);
  const size = parts < 0n ? -parts : parts;
  let [fraction, places] = [size % one, PLACES];
  for (; fraction > 0n && fraction % 10n === 0n; places--) fraction /= 10n;
  const sign = parts < 0n ? '-' : '';
  const digits = fraction > 0n ? `.${String(fraction).padStart(places, '0')}` : '';
  return `${sign}${size / one}${digits}`;
}

const UNITS = ['inputTokens', 'outputTokens', 'pages'] as const;

function addUsage(a: Usage, b: Usage): Usage {
  const sums = UNITS.flatMap((unit) =>
    a[unit] === undefined && b[unit] === undefined ? [] : [[unit, (a[unit] ?? 0) + (b[unit] ?? 0)] as const],
  );
  return Object.fromEntries(sums);
}

/** The sum, exact to 10^-12. A provider charges in one currency: what is in another than the first is left out. */
export const addCost = (a: Cost, b: Cost): Cost =>
  a.currency === b.currency ? { ...a, amount: amountOf(partsOf(a.amount) + partsOf(b.amount)) } : a;

/** Whether the cost is at least the limit; not if that is in another currency. */
export const reaches = (cost: Cost | undefined, limit: Cost): boolean =>
  cost?.currency === limit.currency && partsOf(cost.amount) >= partsOf(limit.amount);

const both = <T>(a: T | undefined, b: T | undefined, add: (a: T, b: T) => T): T | undefined =>
  a === undefined || b === undefined ? (a ?? b) : add(a, b);

/** All that was spent: usage by its units, and cost. What neither of them says is left out. */
export function addSpent(a: Spent, b: Spent): Spent {
  const usage = both(a.usage, b.usage, addUsage);
  const cost = both(a.cost, b.cost, addCost);
  return { ...(usage && { usage }), ...(cost && { cost }) };
}

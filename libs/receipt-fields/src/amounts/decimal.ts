/** An exact decimal number: `units` × 10^-`scale`. Money is never held in floating point. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

/** The same number with at least so many digits after the point. */
function widen({ units, scale }: Decimal, to: number): bigint {
  return units * 10n ** BigInt(Math.max(0, to - scale));
}

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: widen(a, scale) + widen(b, scale), scale };
}

export function negate({ units, scale }: Decimal): Decimal {
  return { units: -units, scale };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, negate(b));
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}

export function absolute({ units, scale }: Decimal): Decimal {
  return { units: units < 0n ? -units : units, scale };
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compare(a: Decimal, b: Decimal): number {
  const { units } = subtract(a, b);
  return units < 0n ? -1 : units > 0n ? 1 : 0;
}

export function equals(a: Decimal, b: Decimal): boolean {
  return compare(a, b) === 0;
}

/** The same for equal numbers, whatever zeros they end in: to look numbers up instead of comparing all with all. */
export function keyOf(value: Decimal): string {
  const { units, scale } = trimmed(value);
  return `${units}e-${scale}`;
}

/** Whether `a` and `b` are no further apart than `tolerance`. */
export function near(a: Decimal, b: Decimal, tolerance: Decimal): boolean {
  return compare(absolute(subtract(a, b)), tolerance) <= 0;
}

export function sum(values: Iterable<Decimal>): Decimal {
  let total: Decimal = { units: 0n, scale: 0 };
  for (const value of values) total = add(total, value);
  return total;
}

export function isZero({ units }: Decimal): boolean {
  return units === 0n;
}

export function isPositive({ units }: Decimal): boolean {
  return units > 0n;
}

/** Writes the number with a point: `{units: -150n, scale: 2}` as `-1.50`. `minScale` pads with zeros. */
export function format(value: Decimal, minScale = 0): string {
  const scale = Math.max(value.scale, minScale);
  const units = widen(value, scale);
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${units < 0n ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(digits.length - scale)}` : ''}`;
}

/** Drops zeros at the end: `2.000` as `2`, `0.350` as `0.35`. */
export function trimmed({ units, scale }: Decimal): Decimal {
  let [u, s] = [units, scale];
  while (s > 0 && u % 10n === 0n) [u, s] = [u / 10n, s - 1];
  return { units: u, scale: s };
}

/** A decimal string of a result; null if it is none. */
export function parse(text: string | null | undefined): Decimal | null {
  const [, sign, whole, fraction = ''] = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/.exec(text ?? '') ?? [];
  if (whole === undefined) return null;
  const units = BigInt(whole + fraction);
  return { units: sign === '-' ? -units : units, scale: fraction.length };
}

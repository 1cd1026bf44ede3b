import { digits, pick, type Random } from '../../random.ts';
import { type Moment, pad } from '../values.ts';
import type { Locale } from './locale.ts';

/** Digits of the minor unit that receipts print: those of ISO 4217 and CLDR, and of the pesos that have none in use. */
export const minorDigitsOf = (currency: string): number =>
  currency === 'COP'
    ? 0
    : (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
      2);

/** One of the forms that `|` parts. */
export const oneOf = (random: Random, forms: string): string => pick(random, forms.split('|'));

/** A random digit for each `#`. */
export const filled = (random: Random, pattern: string): string =>
  pattern.replace(/#/g, () => digits(random, 1));

/** How a receipt writes amounts, in minor units, without a mark of the currency. */
export function amountWriter(locale: Locale, marks: string): (minor: number) => string {
  const scale = minorDigitsOf(locale.currency);
  const [group = '', decimal = ''] = marks === 'in' ? [',', '.'] : marks;
  return (minor) => {
    const all = String(Math.abs(minor)).padStart(scale + 1, '0');
    const whole = all.slice(0, all.length - scale);
    const grouped = whole.replace(marks === 'in' ? /\B(?=(?:\d\d)*\d{3}$)/g : /\B(?=(?:\d{3})+$)/g, group);
    return `${minor < 0 ? '-' : ''}${grouped}${scale > 0 ? decimal + all.slice(-scale) : ''}`;
  };
}

/** A rate in hundredths of a percent, with its sign: `19,0%`, `5.5 %`, `7%`. */
export function rateText(random: Random, rate: number, decimal: string): string {
  const [whole, part] = [Math.floor(rate / 100), rate % 100];
  const written = part % 10 === 0 ? String(part / 10) : pad(part);
  const places = part === 0 ? pick(random, ['', '', `${decimal}0`, `${decimal}00`]) : decimal + written;
  return `${whole}${places}${pick(random, ['%', '%', ' %'])}`;
}

/** A moment written by a pattern of {@link Locale.dates}. */
export function dateText(pattern: string, { year, month, day }: Moment, tag: string): string {
  const name = (style: 'short' | 'long') => {
    const parts = new Intl.DateTimeFormat(tag, {
      month: style,
      day: 'numeric',
      timeZone: 'UTC',
    }).formatToParts(new Date(Date.UTC(year, month - 1, day)));
    return parts.find(({ type }) => type === 'month')?.value ?? '';
  };
  const fields: Readonly<Record<string, () => string>> = {
    yyyy: () => String(year),
    yy: () => pad(year % 100),
    bbbb: () => String(year + 543),
    mmm: () => String(year - 1911),
    R: () => String(year - 2018),
    MMMM: () => name('long'),
    MMM: () => name('short'),
    MM: () => pad(month),
    M: () => String(month),
    dd: () => pad(day),
    d: () => String(day),
  };
  return pattern.replace(/yyyy|yy|bbbb|mmm|R|MMMM|MMM|MM|M|dd|d/g, (field) => fields[field]?.() ?? field);
}

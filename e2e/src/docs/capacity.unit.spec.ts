import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tablesIn } from './page.ts';

const page = readFileSync(new URL('../../../docs/operations/capacity.md', import.meta.url), 'utf8');
const [figures, capacity] = tablesIn(page);
const SECONDS_A_DAY = 86_400;
const DAYS = 365;

const numberIn = (text: string): number => Number(text.replaceAll(',', '').split(' ')[0]);
const figure = (name: string): number =>
  numberIn(figures?.rows.find(([of]) => of?.startsWith(name))?.[1] ?? '');
/** With three digits at most that say something, as the page has them. */
const written = (value: number): string =>
  (value >= 100 ? Math.round(value) : Number(value.toPrecision(2))).toLocaleString('en', {
    maximumFractionDigits: 4,
  });

it.each(capacity?.rows ?? [])(
  'the row of %s receipts a day follows from the figures above it',
  (day, ...cells) => {
    const receipts = numberIn(day);
    const peak = (receipts / SECONDS_A_DAY) * figure('peak');
    const threads = Math.ceil((peak * figure('engine')) / figure('how busy'));
    const replicas = Math.ceil(threads / 2);
    const year = receipts * DAYS;
    expect(cells).toEqual([
      written(peak),
      written(threads),
      written(replicas),
      written(Math.max(12, Math.ceil((replicas * 4) / 3 / 12) * 12)),
      written((peak * figure('all other services')) / 1_000 / figure('how busy')),
      written((year * (figure('photo') + figure('result'))) / 1e12),
      written((year * figure('events')) / 1e9),
      written((year * figure('documents')) / 1e9),
      written((year * figure('engine')) / 3_600),
      written(year * 0.005),
    ]);
  },
);

it('has rows up to a billion receipts a year', () => {
  expect(numberIn(capacity?.rows.at(-1)?.[0] ?? '') * DAYS).toBeGreaterThanOrEqual(1e9);
});

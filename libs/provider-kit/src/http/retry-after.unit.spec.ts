import { expect, test } from 'vitest';
import { durationMs, retryAfterMs } from './retry-after.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const wait = (headers: Record<string, string>) => retryAfterMs(new Headers(headers), NOW);

test.each([
  ['31s', 31_000],
  ['6m0s', 360_000],
  ['1.5s', 1_500],
  ['120ms', 120],
  ['1d2h', 93_600_000],
  ['0s', 0],
])('the duration %s', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test.each(['', '31', 's', '1x', '6m 0s', '-1s', 'P1D'])('%j is no duration', (text) => {
  expect(durationMs(text)).toBeNull();
});

test.each([
  [{ 'retry-after-ms': '1500' }, 1_500],
  [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1_500],
  [{ 'retry-after': '20' }, 20_000],
  [{ 'retry-after': ' 0.5 ' }, 500],
  [{ 'retry-after': 'Mon, 30 Nov 2026 12:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Mon, 30 Nov 2026 11:59:00 GMT' }, 0],
  [{ 'retry-after': '6m0s' }, 360_000],
])('%j', (headers, ms) => {
  expect(wait(headers)).toBe(ms);
});

test.each([{}, { 'retry-after': 'soon' }, { 'retry-after-ms': '-5' }, { 'retry-after': '' }])(
  '%j says nothing',
  (headers) => {
    expect(wait(headers)).toBeUndefined();
  },
);

test('without Retry-After, the longest wait of the limits that are used up', () => {
  expect(
    wait({
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '6m0s',
      'x-ratelimit-remaining-project-tokens': '5',
      'x-ratelimit-reset-project-tokens': '1h',
    }),
  ).toBe(360_000);
});

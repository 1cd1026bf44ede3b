import { expect, test } from 'vitest';
import { extractReceipt } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';

test.each([
  ['24/11/2026 18:05', '18:05'],
  ['24/11/2026 06:05:09 PM', '18:05:09'],
  ['24/11/2026 12:05 AM', '00:05'],
  ['24/11/2026 12:05pm', '12:05'],
  ['Datum 24.11.2026  18.05 Uhr', '18:05'],
  ['24/11/2026 18h05', '18:05'],
  ['OPEN 10:00 - 22:00 DAILY\nTIME: 18:05', '18:05'],
  ['24/11/2026\nTOTAL  18.05', null],
  ['24/11/2026 25:05', null],
  ['24/11/2026 24:05', null],
])('the time of "%s" is %s', (picture, time) => {
  expect(extractReceipt([testPage(picture)]).time?.value ?? null).toBe(time);
});

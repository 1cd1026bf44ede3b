import { expect, test } from 'vitest';
import { extractReceipt } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';

const date = (picture: string, options = {}) => extractReceipt([testPage(picture)], options).date;

test.each([
  ['day first if nothing says otherwise', '04/05/2026', '2026-05-04'],
  ['month first in the country that writes so', 'ANYTOWN, OH 45678\n04/05/2026', '2026-04-05'],
  ['another date with a day over 12 shows the order', '04/05/2026\nPRINT 04/28/2026', '2026-04-05'],
  ['the same date in words shows the order', '04/05/2026\nApr 5, 2026', '2026-04-05'],
  ['the same day in Nepal’s calendar shows the order', 'Date: 08/06/2024\nMiti: 22/04/2081', '2024-08-06'],
  ['and day first, too', 'Date: 06/08/2024\nMiti: 2081/04/22', '2024-08-06'],
  ['the purchase is not the expiry', 'VALID UNTIL 31/12/2027\nDATE 24/11/2026 18:05', '2026-11-24'],
  ['the labelled date wins', '01/02/2026\nINVOICE DATE: 24/11/2026', '2026-11-24'],
])('%s', (_, picture, iso) => {
  expect(date(picture)?.value).toBe(iso);
});

test('what the caller knows goes before all: the order, and that a purchase is not in the future', () => {
  expect(date('04/05/2026', { dateOrder: 'mdy' })?.value).toBe('2026-04-05');
  expect(date('04/12/2026', { today: '2026-11-24' })?.value).toBe('2026-04-12');
});

test('an ambiguous date is less sure than a clear one', () => {
  expect(date('DATE 04/05/2026')?.confidence).toBeLessThan((date('DATE 24/05/2026')?.confidence ?? 0) - 0.1);
});

test('the field names its line', () => {
  expect(date('ACME\n\nDATE: 24/11/2026')?.lines).toEqual([1]);
});

test.each([
  ['令和6年5月12日', '2024-05-12'],
  ['R6.05.12', '2024-05-12'],
  ['民國113年05月12日', '2024-05-12'],
  ['2024년 05월 12일', '2024-05-12'],
  ['วันที่ 12/05/2567', '2024-05-12'],
  ['ขอบคุณ\n12/05/67', '2024-05-12'],
  ['ขอบคุณ\n12 พ.ค. 2567', '2024-05-12'],
  ['12 мая 2024', '2024-05-12'],
  ['12. května 2024', '2024-05-12'],
  ['12 Μαΐου 2024', '2024-05-12'],
  ['Gedateerd 12 mrt 2024', '2024-03-12'],
  ['شكرا لزيارتكم\n05/11/1445', '2024-05-13'],
  ['04.08.26-19:50', '2026-08-04'],
  ['MOMS 25%  1,00\nKvitto\n24-05-12  14:30', '2024-05-12'],
  ['12/05/24  14:30', '2024-05-12'],
  ['١٢/٠٥/٢٠٢٤', '2024-05-12'],
  ['Anytown, OH 45678\n05/12/2024', '2024-05-12'],
])('%s is %s', (picture, iso) => {
  expect(extractReceipt([testPage(picture)], { today: '2026-11-30' }).date?.value).toBe(iso);
});

test('a price after a price is no date', () => {
  expect(extractReceipt([testPage('ORANGENSAFT 1,  3,49\nSUMME  3,49')]).date).toBeNull();
});

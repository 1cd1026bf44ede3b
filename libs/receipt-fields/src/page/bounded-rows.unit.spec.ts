import { expect, test } from 'vitest';
import { testPage } from '../spec-support/test-page.ts';
import { boundedRows } from './bounded-rows.ts';

const page = (texts: readonly string[], row = (at: number) => at) => ({
  ...testPage(''),
  lines: texts.map((text, at) => ({
    text,
    confidence: 1,
    box: [10 * at, 30 * row(at), 10 * at + 9, 30 * row(at) + 20] as [number, number, number, number],
  })),
});
const textsOf = (...pages: Parameters<typeof boundedRows>[0]) => boundedRows(pages).map(({ text }) => text);

test('any white space, however much, is one space', () => {
  expect(textsOf(page([`TOTAL${' '.repeat(100_000)}\t\n\u00a01.00 `]))).toEqual(['TOTAL 1.00']);
});

test('five hundred characters of a line are read, and no half of one', () => {
  expect(textsOf(page(['a'.repeat(500), 'b'.repeat(501)]))).toEqual(['a'.repeat(500), 'b'.repeat(500)]);
  expect(textsOf(page([`${'a'.repeat(499)}😀`]))).toEqual([`${'a'.repeat(499)}\ufffd`]);
});

test('five hundred characters of a row are read, from the left', () => {
  const [row] = boundedRows([page(Array(1000).fill('1234'), () => 0)]);
  expect(row?.text).toBe(Array(100).fill('1234').join(' '));
  expect(row?.lines.map(({ index }) => index)).toEqual(Array.from({ length: 100 }, (_, at) => at));
});

test('ten thousand lines are read, of however many pages, with their places among all', () => {
  const lines = Array<string>(4000).fill('A');
  const rows = boundedRows([page(lines), page(lines), page(lines)]);
  expect(rows).toHaveLength(10_000);
  expect(rows.at(-1)?.lines[0]?.index).toBe(9999);
});

test('three hundred thousand characters are read', () => {
  expect(boundedRows([page(Array(1000).fill('a'.repeat(500)))])).toHaveLength(600);
});

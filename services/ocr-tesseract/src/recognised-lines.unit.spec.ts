import type { Page } from 'tesseract.js';
import { expect, test } from 'vitest';
import { meanConfidence, readingScore, recognisedLines } from './recognised-lines.ts';

const size = { width: 100, height: 50 };

/** One block of one paragraph, with what is looked at of each line. */
const page = (...lines: { text: string; confidence: number; bbox?: object }[]) => {
  const bbox = { x0: 1, y0: 2, x1: 30, y1: 14 };
  return {
    blocks: [{ paragraphs: [{ lines: lines.map((line) => ({ bbox, ...line })) }] }],
  } as unknown as Page;
};

test('a line has trimmed text, a confidence up to 1 and a box', () => {
  expect(recognisedLines(page({ text: 'TOTAL 9.90\n', confidence: 87 }), size)).toEqual([
    { text: 'TOTAL 9.90', confidence: 0.87, box: [1, 2, 30, 14] },
  ]);
});

test("the paper's edges are not text", () => {
  const lines = recognisedLines(page({ text: '| 1 TEA | 2.50 |\n', confidence: 90 }), size);
  expect(lines.map(({ text }) => text)).toEqual(['1 TEA | 2.50']);
});

test('boxes end at the page', () => {
  const bbox = { x0: -3, y0: 40, x1: 120, y1: 55 };
  expect(recognisedLines(page({ text: 'a', confidence: 90, bbox }), size)[0]?.box).toEqual([0, 40, 100, 50]);
});

test('lines without text, and those of low confidence, are left out', () => {
  const lines = [
    { text: ' \n', confidence: 95 },
    { text: '~—', confidence: 12 },
  ];
  expect(recognisedLines(page(...lines), size)).toEqual([]);
});

test('a page without blocks has no lines', () => {
  expect(recognisedLines({ blocks: null }, size)).toEqual([]);
});

test('confidence and score count characters', () => {
  const lines = recognisedLines(page({ text: 'abc', confidence: 50 }, { text: 'd', confidence: 90 }), size);
  expect(meanConfidence(lines)).toBeCloseTo(0.6);
  expect(readingScore(lines)).toBeCloseTo(2.4);
  expect(meanConfidence([])).toBe(0);
});

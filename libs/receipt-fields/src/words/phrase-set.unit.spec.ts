import { expect, test } from 'vitest';
import { phraseSet } from './phrase-set.ts';
import { skeleton } from './skeleton.ts';

const holds = (phrases: string[], text: string) => phraseSet(phrases).in(skeleton(text));

test('case, accents, punctuation and look-alike letters make no difference', () => {
  for (const text of ['Total', 'T0TAL', 'TOTA1', 'tótal:']) expect(holds(['total'], text)).toBe(true);
});

test('a number is no word, whatever its digits look like', () => {
  expect(holds(['gst id'], 'GST 10.00')).toBe(false);
  expect(holds(['s/b'], '58')).toBe(false);
});

test('a space lost inside a phrase is forgiven, one too many is not', () => {
  expect(holds(['sub total'], 'SUBTOTAL 2.00')).toBe(true);
  expect(holds(['subtotal'], 'sub total')).toBe(false);
});

test('a phrase is whole words unless a star says otherwise', () => {
  expect(holds(['art'], 'article')).toBe(false);
  expect(holds(['art*'], 'article')).toBe(true);
  expect(holds(['art'], 'smart')).toBe(false);
  expect(holds(['*straße'], 'Hauptstrasse 5')).toBe(true);
  expect(holds(['*straße'], 'Strassenfest')).toBe(false);
});

test('phrases are counted from left to right, the longest first', () => {
  const headings = phraseSet(['unit', 'unit price', 'amount']);
  expect(headings.count(skeleton('Unit Price   Amount'))).toBe(2);
  expect(headings.count(skeleton('Unit'))).toBe(1);
  expect(headings.count('')).toBe(0);
});

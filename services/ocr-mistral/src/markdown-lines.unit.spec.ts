import { expect, test } from 'vitest';
import { markdownLines } from './markdown-lines.ts';

const textsOf = (markdown: string) => markdownLines(markdown).map(({ text }) => text);

test('takes away the marks of headings, emphasis, lists, quotes and links, and keeps the text', () => {
  const markdown = '# ACME **RETAIL**\n> 12, Jalan Contoh\n- Widget\n[acme.example](https://acme.example)';
  expect(textsOf(markdown)).toEqual(['ACME RETAIL', '12, Jalan Contoh', 'Widget', 'acme.example']);
});

test('makes a line of each row of a table, and none of the rule below its head', () => {
  const markdown = '| Item | Qty | RM |\n| :-- | --: | --- |\n| Widget |  | 9.00 |\n|Tax<br>6%|1|0.54|';
  expect(textsOf(markdown)).toEqual(['Item Qty RM', 'Widget 9.00', 'Tax 6% 1 0.54']);
});

test('keeps the sign of an amount that looks like a bullet, and what was escaped', () => {
  expect(textsOf('- 5.00\n* RM 5\n\\- 2 \\* 4.50 \\| a\\_b')).toEqual(['- 5.00', 'RM 5', '- 2 * 4.50 | a_b']);
  expect(textsOf('- $3.00')).toEqual(['- $3.00']);
});

test('has no lines for rules, fences, pictures and blank lines', () => {
  expect(textsOf('---\n```text\nTOTAL 9.54\n```\n\n![img-0.jpeg](img-0.jpeg)\n   \n****')).toEqual([
    'TOTAL 9.54',
  ]);
});

test('says where each line stands, in code points as the vendor counts', () => {
  const markdown = '# 🧾 A\n\nTOTAL 9';
  expect(markdownLines(markdown)).toEqual([
    { text: '🧾 A', start: 0, end: 5 },
    { text: 'TOTAL 9', start: 7, end: 14 },
  ]);
});

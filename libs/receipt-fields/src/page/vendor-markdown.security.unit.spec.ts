import { expect, it, test } from 'vitest';
import { harmlessMarkdown } from './vendor-markdown.ts';

test("a vendor's Markdown keeps headings, lists, emphasis and tables", () => {
  const markdown =
    '# ACME **RETAIL**\n\n- Widget\n\n| a | b |\n| :-- | --: |\n| 1 | *2* |\n\nTOTAL <b>9.00</b><br>';
  expect(harmlessMarkdown(markdown)).toBe(markdown);
});

test("a vendor's table in HTML keeps its cells, and loses what else it says", () => {
  expect(
    harmlessMarkdown(
      '<div style="text-align: center"><table border=1 onclick="x()"><tr><td colspan="2" rowspan=3 id=a>A</td></tr></table></div>',
    ),
  ).toBe('<table><tr><td colspan="2" rowspan="3">A</td></tr></table>');
  expect(harmlessMarkdown('<table><tr><td>A'), 'the next page is no part of it').toBe(
    '&lt;table>&lt;tr>&lt;td>A',
  );
});

it.each([
  ['![x](https://evil.example/?a)', '![x]\\(https://evil.example/?a)'],
  ['[pay](javascript:x())', '[pay]\\(javascript:x())'],
  ['[a]: https://evil.example', '[a]\\: https://evil.example'],
  ['<https://evil.example>', '&lt;https://evil.example>'],
  ['<script>x()</script>', '&lt;script>x()&lt;/script>'],
  ['<img src=x onerror=x()>', ''],
  ['\\<iframe src=x>', '&lt;iframe src=x>'],
  ['<!-- the next page', '&lt;!-- the next page'],
  ['I <3 it', 'I &lt;3 it'],
  ['a\n```html\nb', 'a\n\\`\\`\\`html\nb'],
  ['> 1. ~~~~\nb', '> 1. \\~\\~\\~\\~\nb'],
])(
  'of a text that strangers printed a vendor makes nothing that is fetched, followed, run or open: %j',
  (from, to) => {
    expect(harmlessMarkdown(from)).toBe(to);
    expect(harmlessMarkdown(to), 'once is enough').toBe(to);
  },
);

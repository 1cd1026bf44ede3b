import { expect, it } from 'vitest';
import type { PageReading } from './page-reading.ts';
import { nobody, PagesRead } from './pages-read.ts';
import { encodePage, type PageToStore } from './stored-page.ts';

const good: PageReading = { lines: [{ text: 'TOTAL 9' }], model: 'm', width: 10, height: 10 };

/** What is made of a document of two pages, of which the second is read so. */
function readWith(second: object) {
  const kept: PageToStore[] = [];
  const pages = new PagesRead(
    { selected: undefined, there: [], ended: 0 },
    { ...nobody, keep: (page) => void kept.push(page) },
  );
  pages.opened(2);
  pages.pageRead(1, good);
  pages.pageRead(2, { ...good, ...second });
  return { pages: pages.recognition().pages, kept };
}

it.each([
  ['a confidence beyond 1', { lines: [{ text: 'x', confidence: 95 }] }],
  ['a box that is nowhere', { lines: [{ text: 'x', box: [0, 0, Number.NaN, 9] }] }],
  ['a size that is no number of pixels', { width: 10.5 }],
  ['a text that is none', { lines: [{ text: 7 }] }],
  ['a field that is none', { receipts: [{ total: { value: 9 } }] }],
  ['a card that has no four digits', { receipts: [{ cardLast4: { value: '12' } }] }],
])('a page with %s costs itself, and is not read again', (_, second) => {
  const { pages, kept } = readWith(second);
  expect(pages[0]).not.toHaveProperty('error');
  expect(pages[1]?.error).toMatchObject({
    code: 'invalid_result',
    message: expect.stringContaining('not valid'),
  });
  expect(kept.map(({ page }) => page.page.number)).toEqual([1, 2]);
});

it("a page is kept without its vendor's answer if nobody can write that", () => {
  let raw: unknown = 0;
  for (let depth = 0; depth < 100_000; depth++) raw = [raw];
  const { kept } = readWith({ raw });
  const [, second] = kept.map((page) => JSON.parse(Buffer.from(encodePage(page, 1)).toString()));
  expect(second).toMatchObject({ page: { number: 2, lines: [{ text: 'TOTAL 9' }] } });
});

import { describe, expect, it, test } from 'vitest';
import { provider } from '../spec-support/provider.ts';
import { selectedPages } from './selected-pages.ts';

const reader = (name: string, maxPages: number) => provider(name, { limits: { maxBytes: 1, maxPages } });
const select = (text: string, ...providers: ReturnType<typeof reader>[]) =>
  selectedPages(text, 'pages_0', providers.length > 0 ? providers : [reader('x', 100)]);

test.each([
  ['7', [7]],
  ['1-3,7', [1, 2, 3, 7]],
  [' 1,2,3 ', [1, 2, 3]],
  ['2-2,4-5', [2, 4, 5]],
  ['99999', [99_999]],
])('%j selects pages', (text, pages) => {
  expect(select(text)).toEqual(pages);
});

describe('what is no selection of pages is refused with what it may be', () => {
  it.each(['0', '-1', '1-', '3-1', '01', '1.5', '1 -3', '1, 2', '1,,2', ',', 'all', '1e2', '１', '100000'])(
    '%j',
    (text) =>
      expect(() => select(text)).toThrow(
        /^pages_0: '.*' is neither a page nor a range of pages; write pages counted from 1, such as 1-3,7$/,
      ),
  );

  it('nothing', () =>
    expect(() => select(' ')).toThrow('pages_0: is empty; write pages counted from 1, such as 1-3,7, or'));

  it.each([
    ['7,1-3', '1-3,7'],
    ['1,1', '1'],
    ['2-4,3-6,9', '2-6,9'],
    ['1-9,2-3', '1-9'],
    ['5,4,4,5,1', '1,4,5'],
  ])('%j, for %j', (text, instead) =>
    expect(() => select(text)).toThrow(
      `pages_0: is not in ascending order, or has a page twice; write ${instead}`,
    ),
  );

  it('more pages than a provider reads, by its name; the number of the last page does not matter', () => {
    const [few, many] = [reader('few', 2), reader('many', 50)];
    expect(select('98-99', many, few)).toEqual([98, 99]);
    expect(() => select('1,98-99', many, few)).toThrow(
      "pages_0: selects 3 pages; provider 'few' reads 2 at most",
    );
    expect(() => select('1-99999', many)).toThrow('selects 99999 pages');
  });
});

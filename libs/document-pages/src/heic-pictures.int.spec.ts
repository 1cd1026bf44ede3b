import { codedInHeic, type HeicItem, heicFile, tiledHeic } from '@inkstream/testing';
import { describe, expect, test } from 'vitest';
import { openDocument, type PageImage } from './index.ts';
import { fixture } from './spec-support/fixture.ts';

const coded = codedInHeic(await fixture('pictures.heic'));
const [first, second, third] = await Promise.all(
  coded.pictures.map((_, content) => pageOf(heicFile(coded, [{ content }]))),
);

async function pageOf(bytes: Uint8Array, options = {}): Promise<PageImage> {
  using document = await openDocument(bytes, options);
  return await document.page(0);
}

/** Mean difference of grey levels between a page, from these pixels on, and a picture. */
function difference(page: PageImage, left: number, top: number, picture: PageImage | undefined): number {
  if (!picture) throw new Error('There is no picture');
  const { width, height } = picture;
  let sum = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const level = page.data[(top + y) * page.width + left + x] ?? 1_000;
      sum += Math.abs(level - (picture.data[y * width + x] ?? 0));
    }
  return sum / (width * height);
}

describe('a photo of tiles', () => {
  test('is put together from them, in their places', async () => {
    const page = await pageOf(tiledHeic(coded, 2, 2));
    expect([page.width, page.height, page.damaged]).toEqual([1024, 1280, undefined]);
    expect(difference(page, 0, 0, first)).toBe(0);
    expect(difference(page, 512, 0, second)).toBe(0);
    expect(difference(page, 0, 640, third)).toBe(0);
    expect(difference(page, 512, 640, first)).toBe(0);
  });

  test('ends where the file says, and is turned', async () => {
    const page = await pageOf(tiledHeic(coded, 2, 2, { size: [1000, 1200], turned: 1 }));
    expect([page.width, page.height]).toEqual([1200, 1000]);
  });

  test('is made smaller tile by tile', async () => {
    const page = await pageOf(tiledHeic(coded, 2, 2), { maxPagePixels: 1024 * 1280 * 0.25 });
    const small = await pageOf(heicFile(coded, [{ content: 1 }]), { maxPagePixels: 512 * 640 * 0.25 });
    expect([page.width, page.height]).toEqual([512, 640]);
    expect(difference(page, 256, 0, small)).toBeLessThan(1);
  });

  test.each([108])(
    'of %i megapixels is read in colour, in the memory of any document',
    async (megapixels) => {
      const across = Math.ceil(Math.sqrt((megapixels * 1e6) / 0.75) / coded.width);
      const down = Math.ceil((across * coded.width * 0.75) / coded.height);
      using document = await openDocument(tiledHeic(coded, across, down), {
        channels: 3,
        pageTimeoutMs: 100_000,
      });
      const { width, height, damaged } = await document.page(0);
      expect(damaged).toBeUndefined();
      expect(width * height).toBeLessThanOrEqual(40_000_000);
      expect(width * height).toBeGreaterThan(39_000_000);
      expect(width / height).toBeCloseTo((across * coded.width) / (down * coded.height), 1);
    },
    120_000,
  );

  test('that was cut off is read as far as it goes', async () => {
    const whole = tiledHeic(coded, 2, 2);
    const page = await pageOf(whole.subarray(0, whole.length - 10_000));
    expect(page.damaged).toBe(true);
    expect(difference(page, 512, 0, second)).toBe(0);
  });
});

describe('of the pictures of a file', () => {
  const photo: HeicItem = { content: 0 };
  const countOf = async (bytes: Uint8Array) => {
    using document = await openDocument(bytes, { everyPicture: true });
    return document.pageCount;
  };

  test('the main one is the page, and the others are told of', async () => {
    using document = await openDocument(await fixture('pictures.heic'));
    expect([document.pageCount, document.furtherPictures]).toEqual([1, 2]);
    expect(difference(await document.page(0), 0, 0, second)).toBe(0);
  });

  test('each is a page if that is asked for, the main one first', async () => {
    using document = await openDocument(await fixture('pictures.heic'), { everyPicture: true });
    expect([document.pageCount, document.furtherPictures]).toEqual([3, 0]);
    expect(difference(await document.page(0), 0, 0, second)).toBe(0);
    expect(difference(await document.page(1), 0, 0, first)).toBe(0);
    expect(difference(await document.page(2), 0, 0, third)).toBe(0);
  });

  test.each<[string, Buffer]>([
    ['a thumbnail', heicFile(coded, [photo, { content: 1, refers: { type: 'thmb', to: 1 } }])],
    [
      'an auxiliary picture, such as depth',
      heicFile(coded, [photo, { content: 1, refers: { type: 'auxl', to: 1 } }]),
    ],
    ['a hidden picture', heicFile(coded, [photo, { content: 1, isHidden: true }])],
    ['a tile', tiledHeic(coded, 2, 1)],
    [
      'another picture of a burst',
      heicFile(coded, [photo, { content: 1 }, { content: 2 }], {
        groups: [{ type: 'brst', ids: [1, 2, 3] }],
      }),
    ],
    ['an alternative', heicFile(coded, [photo, { content: 1 }], { groups: [{ type: 'altr', ids: [2, 1] }] })],
  ])('%s is no page', async (_, file) => {
    expect(await countOf(file)).toBe(1);
  });

  test('a burst is one page beside others', async () => {
    const groups = [{ type: 'brst', ids: [2, 3] }];
    expect(await countOf(heicFile(coded, [photo, { content: 1 }, { content: 2 }], { groups }))).toBe(2);
  });
});

import { describe, expect, test } from 'vitest';
import { openDocument } from './index.ts';
import { fixture, withAperture, withBox } from './spec-support/fixture.ts';

async function pageOf(bytes: Uint8Array) {
  using document = await openDocument(bytes);
  return await document.page(0);
}

const receipt = await fixture('receipt.heic');

describe('a HEIC that contradicts itself is refused', () => {
  test.each([64_000, 2400, 515, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1])(
    'a clean aperture %i high, of a picture 514 high',
    async (height) => {
      await expect(pageOf(withAperture(receipt, 400, height))).rejects.toMatchObject({
        code: 'corrupt_document',
      });
    },
  );

  test.each([
    ['beyond the right edge', [400, 1, 100, 1, 100, 1, 0, 1]],
    ['beyond the upper edge', [100, 1, 400, 1, 0, 1, -200, 1]],
    ['without a size', [0, 1, 0, 1, 0, 1, 0, 1]],
    ['of a size divided by zero', [400, 0, 513, 0, 0, 1, 0, 1]],
    ['moved by a number divided by zero', [400, 1, 513, 1, 1, 0, 1, 0]],
  ])('a clean aperture %s', async (_, numbers) => {
    await expect(pageOf(withBox(receipt, 'clap', numbers))).rejects.toMatchObject({
      code: 'corrupt_document',
    });
  });

  test.each([
    [400, 2400],
    [2400, 514],
    [399, 514],
    [400, 16],
    [0, 514],
  ])('a picture of %i x %i that is coded as 400 x 514', async (width, height) => {
    const fitting = withAperture(receipt, Math.max(1, width), height);
    await expect(pageOf(withBox(fitting, 'ispe', [0, width, height]))).rejects.toMatchObject({
      code: 'corrupt_document',
    });
  });
});

test('a clean aperture within the picture shows that part of it', async () => {
  const whole = await pageOf(receipt);
  const part = await pageOf(withAperture(receipt, 396, 504));
  expect([part.width, part.height]).toEqual([396, 504]);
  const row = (page: typeof whole, x: number, y: number) =>
    page.data.slice(y * page.width + x, y * page.width + x + 396);
  // Of the 400 x 514 pixels that are coded, 2 are cut off at the sides, and 5 above and below.
  expect(row(part, 0, 10)).toEqual(row(whole, 2, 5 + 10));
});

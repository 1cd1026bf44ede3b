import { type BmpKind, bmpFile, drawReceipt } from '@inkstream/testing';
import { describe, expect, test } from 'vitest';
import { openDocument, type PageImage } from './index.ts';
import { fixture } from './spec-support/fixture.ts';
import { jxlFile, jxlHeader } from './spec-support/jxl.ts';

const { raster } = await drawReceipt({ seed: 61, layout: 'cafe-my', width: 320 });

async function pageOf(bytes: Uint8Array): Promise<PageImage> {
  using document = await openDocument(bytes);
  expect(document.pageCount).toBe(1);
  return await document.page(0);
}

/** Mean difference of grey levels from the receipt, 0 to 255. */
function difference({ data, width, height }: PageImage): number {
  expect([width, height]).toEqual([raster.width, raster.height]);
  return data.reduce((sum, value, at) => sum + Math.abs(value - (raster.data[at] ?? 0)), 0) / data.length;
}

describe('a BMP', () => {
  test.each<[string, BmpKind, number]>([
    ['of two colours', { bits: 1 }, 6],
    ['of 16', { bits: 4 }, 2],
    ['of 256', { bits: 8 }, 0],
    ['of 16 bits', { bits: 16 }, 4],
    ['of 16 bits by masks', { bits: 16, hasMasks: true }, 4],
    ['of 24 bits', { bits: 24 }, 0],
    ['of 32 bits, with no alpha', { bits: 32 }, 0],
    ['from the top', { bits: 24, isTopDown: true }, 0],
    ['of runs of 8 bits', { bits: 8, isRuns: true }, 0],
    ['of runs of 4 bits', { bits: 4, isRuns: true }, 2],
    ['of OS/2', { bits: 8, isOld: true }, 0],
  ])('%s is read', async (_, kind, most) => {
    expect(difference(await pageOf(bmpFile(raster, kind)))).toBeLessThanOrEqual(most);
  });

  test('that was cut off is read as far as it goes', async () => {
    const whole = bmpFile(raster, { bits: 24, isTopDown: true });
    expect(await pageOf(whole.subarray(0, whole.length * 0.7))).toMatchObject({ damaged: true });
    const hardly = pageOf(whole.subarray(0, whole.length * 0.05));
    await expect(hardly).rejects.toMatchObject({ code: 'corrupt_document' });
  });

  test('of too many pixels is refused by its header', async () => {
    const bomb = bmpFile({ ...raster, height: 1 }, { bits: 8, isRuns: true });
    bomb.writeInt32LE(60_000, 18);
    bomb.writeInt32LE(-60_000, 22);
    await expect(openDocument(bomb)).rejects.toMatchObject({ code: 'document_too_large' });
  });
});

describe('JPEG 2000', () => {
  test('is read, in its container and bare', async () => {
    const whole = await fixture('receipt.jp2');
    const bare = whole.subarray(whole.indexOf(Buffer.from([0xff, 0x4f, 0xff, 0x51])));
    for (const file of [whole, bare]) expect(difference(await pageOf(file))).toBeLessThan(4);
  });

  test('of too many pixels is refused by its header', async () => {
    const bomb = await fixture('receipt.jp2');
    const size = bomb.indexOf(Buffer.from([0xff, 0x4f, 0xff, 0x51])) + 8;
    bomb.writeUInt32BE(60_000, size);
    bomb.writeUInt32BE(60_000, size + 4);
    await expect(openDocument(bomb)).rejects.toMatchObject({ code: 'document_too_large' });
  });

  test('that was cut off early is corrupt', async () => {
    const whole = await fixture('receipt.jp2');
    await expect(pageOf(whole.subarray(0, 300))).rejects.toMatchObject({ code: 'corrupt_document' });
  });
});

describe('JPEG XL', () => {
  test('is read', async () => {
    expect(difference(await pageOf(await jxlFile(raster)))).toBeLessThan(3);
  });

  test('of more pixels than a decoder has memory for is refused, and says how many it has', async () => {
    const large = jxlHeader(5_000, 4_000);
    await expect(openDocument(large)).rejects.toMatchObject({
      code: 'document_too_large',
      message: expect.stringMatching(/5000 x 4000 pixels .* 15\.7 million pixels/),
    });
  });

  test('of too many pixels is refused by its header', async () => {
    const opening = openDocument(jxlHeader(200_000, 200_000));
    await expect(opening).rejects.toMatchObject({ code: 'document_too_large' });
  });

  test('that is damaged is corrupt', async () => {
    const whole = await jxlFile(raster);
    await expect(pageOf(whole.subarray(0, 60))).rejects.toMatchObject({ code: 'corrupt_document' });
  });
});

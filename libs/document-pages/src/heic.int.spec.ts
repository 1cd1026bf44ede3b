import { brokenHeic, drawReceipt } from '@inkstream/testing';
import { expect, test } from 'vitest';
import { openDocument } from './index.ts';
import { fixture } from './spec-support/fixture.ts';

test.each(['receipt.heic', 'receipt-turned.heic'])(
  '%s decodes to the receipt, upright and in grey',
  async (name) => {
    const { raster } = await drawReceipt({ seed: 31, layout: 'cafe-my', width: 400 });
    using document = await openDocument(await fixture(name));
    expect(document.pageCount).toBe(1);
    const page = await document.page(0);
    expect([page.width, page.height, page.channels]).toEqual([raster.width, raster.height, 1]);
    const worst = raster.data.reduce((sum, value, i) => sum + Math.abs(value - (page.data[i] as number)), 0);
    expect(worst / raster.data.length).toBeLessThan(4);
    expect((await document.page(0)).data).toEqual(page.data);
  },
);

test('a HEIC with too many pixels is refused before they are decoded', async () => {
  const opening = openDocument(await fixture('receipt.heic'), { maxPixels: 1000 });
  await expect(opening).rejects.toMatchObject({ code: 'document_too_large' });
});

test('a broken HEIC is corrupt', async () => {
  await expect(openDocument(brokenHeic().bytes)).rejects.toMatchObject({ code: 'corrupt_document' });
  const whole = await fixture('receipt.heic');
  const reading = async () => (await openDocument(whole.subarray(0, 9000))).page(0);
  await expect(reading()).rejects.toMatchObject({ code: 'corrupt_document' });
});

import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GeneratedReceipt, generateDocument, generateReceipt } from '../receipt/generate.ts';
import { textOf } from './picture-content.ts';
import { PictureReader } from './picture-reader.ts';

let reader: PictureReader;
beforeEach(() => {
  reader = new PictureReader();
});
afterEach(() => reader.close());

const receipt = { seed: 103, layout: 'cafe-my' } as const;
const again = (picture: Uint8Array) => sharp(picture).jpeg({ quality: 60 }).toBuffer();

describe('without a truth', () => {
  it('the local engine reads what is on the picture', async () => {
    const { image, truth } = await generateReceipt(receipt);
    const content = await reader.read(image);
    expect(content).toMatchObject({ ...truth.image, rotation: 0 });
    expect(content.fields).toMatchObject({ total: truth.fields.total, merchant: truth.fields.merchant });
    const merchant = content.lines.find(({ text }) => text === truth.fields.merchant);
    const box = truth.lines[0]?.box ?? [];
    expect(merchant?.box.every((edge, i) => Math.abs(edge - (box[i] ?? -99)) <= 8)).toBe(true);
  });

  it('a turn, a crop and another page show in what it says', async () => {
    const { image, truth } = await generateReceipt(receipt);
    const { width, height } = truth.image;
    const sideways = await reader.read(await sharp(image).rotate(90).toBuffer());
    expect(sideways).toMatchObject({ rotation: 270, width: height, height: width });
    expect(sideways.fields.total).toBe(truth.fields.total);
    // The first row is at the right edge, and stands.
    const [left = 0, top = 0, right = 0, bottom = 0] = sideways.lines[0]?.box ?? [];
    expect(left).toBeGreaterThan(height * 0.8);
    expect(bottom - top).toBeGreaterThan(right - left);

    const half = { left: 0, top: 0, width, height: Math.round(height / 2) };
    const cropped = await reader.read(await sharp(image).extract(half).toBuffer());
    expect(textOf(cropped).split('\n').length).toBeLessThan(truth.lines.length * 0.7);

    const other = await generateReceipt({ ...receipt, seed: 104 });
    expect((await reader.read(other.image)).fields.total).toBe(other.truth.fields.total);
  });

  it('reads the pages of a document that it is asked for', async () => {
    const { image, truths } = await generateDocument([{ seed: 1 }, { seed: 2 }, { seed: 3 }], 'pdf');
    const pages = await reader.readPages(image, [2, 0]);
    expect(pages.map(({ fields }) => fields.total)).toEqual([
      truths[2]?.fields.total,
      truths[0]?.fields.total,
    ]);
    expect(new Set(pages.map(({ hash }) => hash)).size).toBe(2);
  });

  it('what is no picture is an error', async () => {
    await expect(reader.read(new Uint8Array(20))).rejects.toThrow();
  });
});

describe('with a truth', () => {
  it('a picture that shows the same says it, in another file format too', async () => {
    const { image, truth } = await generateReceipt({ ...receipt, width: 240 });
    await reader.know(image, truth);
    const content = await reader.read(await sharp(image).resize(230).png().toBuffer());
    expect(textOf(content)).toBe(truth.text);
    expect(content.fields).toEqual(truth.fields);
    const scale = content.width / truth.image.width;
    const box = truth.lines[0]?.box.map((edge) => expect.closeTo(edge * scale, 0));
    expect(content.lines[0]?.box).toEqual(box);
  });

  it('a turn, a crop and another page do not', async () => {
    const { image, truth } = await generateReceipt(receipt);
    await reader.know(image, truth);
    const { width, height } = truth.image;
    const cropped = { left: 0, top: 0, width, height: Math.round(height * 0.95) };
    const others = [
      await sharp(image).rotate(180).toBuffer(),
      await sharp(image).extract(cropped).toBuffer(),
      (await generateReceipt({ ...receipt, seed: 104 })).image,
    ];
    // What the engine reads has confidences; a truth is sure.
    for (const picture of others)
      expect((await reader.read(picture)).lines.every(({ confidence }) => confidence === 1)).toBe(false);
  });

  it('no two of many receipts are taken for each other', async () => {
    const receipts: GeneratedReceipt[] = [];
    for (let seed = 0; seed < 24; seed++)
      receipts.push(await generateReceipt({ seed, layout: seed % 2 ? 'cafe-my' : 'diner-us', width: 200 }));
    for (const { image, truth } of receipts) await reader.know(image, truth);
    for (const { image, truth } of receipts)
      expect(textOf(await reader.read(await again(image)))).toBe(truth.text);
  });
});

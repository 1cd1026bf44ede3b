import { generateDocument } from '@inkstream/testing';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openDocument, type PictureOptions, widthOf } from './index.ts';

/** A light picture of the size, dark in its upper left quarter. */
async function marked(width: number, height: number): Promise<Buffer> {
  const [across, down] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const dark = await sharp({ create: { width: across, height: down, channels: 3, background: '#203040' } })
    .png()
    .toBuffer();
  return sharp({ create: { width, height, channels: 3, background: '#e0d0c0' } })
    .composite([{ input: dark, left: 0, top: 0 }])
    .png()
    .toBuffer();
}

async function picture(bytes: Uint8Array, options: PictureOptions, index = 0) {
  using document = await openDocument(bytes, { channels: 3 });
  const { data, ...size } = await document.picture(index, options);
  const { data: pixels, info } = await sharp(data).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([size.width, size.height]);
  expect(widthOf(Buffer.from(data))).toBe(size.width);
  /** The colour in the middle of the quarter, 0 or 1 across and down. */
  const quarter = (x: number, y: number) => {
    const [column, row] = [(x + 0.5) * 0.5 * info.width, (y + 0.5) * 0.5 * info.height].map(Math.floor);
    const at = ((row ?? 0) * info.width + (column ?? 0)) * info.channels;
    return [...pixels.subarray(at, at + 3)];
  };
  return { size: [info.width, info.height], quarter };
}

const near = (wanted: readonly number[]) => wanted.map((level) => expect.closeTo(level, -1.2));

test.each([
  [0, [80, 40], [0, 0]],
  [90, [40, 80], [1, 0]],
  [180, [80, 40], [1, 1]],
  [270, [40, 80], [0, 1]],
] as const)(
  'a page that is turned by %i degrees clockwise is a picture in its colours',
  async (turn, size, dark) => {
    const turned = await picture(await marked(80, 40), { width: 1_000, turn });
    expect(turned.size).toEqual(size);
    for (const [x, y] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      const isDark = dark[0] === x && dark[1] === y;
      expect(turned.quarter(x, y)).toEqual(near(isDark ? [0x20, 0x30, 0x40] : [0xe0, 0xd0, 0xc0]));
    }
  },
);

test('a picture has the width that is asked for, in proportion, and is never enlarged', async () => {
  const page = await marked(200, 300);
  expect((await picture(page, { width: 100, turn: 0 })).size).toEqual([100, 150]);
  expect((await picture(page, { width: 100, turn: 90 })).size).toEqual([100, 67]);
  expect((await picture(page, { width: 201, turn: 0 })).size).toEqual([200, 300]);
});

test('a roll that is longer than WebP allows is made smaller', async () => {
  expect((await picture(await marked(100, 20_000), { width: 100, turn: 0 })).size).toEqual([82, 16_383]);
});

test.each(['pdf', 'tiff'] as const)(
  'every page of a %s has a picture, and pages may be asked for as well',
  async (format) => {
    const receipt = { seed: 41, layout: 'cafe-my', width: 320 } as const;
    const { image } = await generateDocument([receipt, { ...receipt, width: 400 }], format);
    using document = await openDocument(image, { channels: 3 });
    const pages = [await document.page(0), await document.page(1)];
    for (const [index, { width, height }] of pages.entries())
      expect(await document.picture(index, { width: 4_000, turn: 0 })).toMatchObject({ width, height });
    await expect(document.picture(2, { width: 100, turn: 0 })).rejects.toThrow(RangeError);
  },
);

test('the width of what is no picture of ours is not known', async () => {
  const lossless = await sharp(await marked(80, 40))
    .webp({ lossless: true })
    .toBuffer();
  for (const bytes of [lossless, await marked(80, 40), Buffer.from('RIFF    WEBPVP8 '), Buffer.alloc(0)])
    expect(widthOf(bytes)).toBeUndefined();
});

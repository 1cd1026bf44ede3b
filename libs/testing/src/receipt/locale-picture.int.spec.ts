import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { distortionKinds, localePicture } from './locale-picture.ts';
import { locales } from './locales/index.ts';
import { localeReceipt } from './locales/locale-receipt.ts';
import { fontsFor } from './script-fonts.ts';
import { shape } from './shape.ts';
import type { Quad } from './warp.ts';

const tagged = (tag: string) => {
  const found = locales.find((locale) => locale.tag === tag);
  if (!found) throw new RangeError(`no locale ${tag}`);
  return found;
};
/** One of each script. */
const SCRIPTS = ['vi-VN', 'el-GR', 'uk-UA', 'ja-JP', 'zh-TW', 'ko-KR', 'th-TH', 'he-IL', 'ar-AE', 'hi-IN'];
const DARK = 96;

describe.each(SCRIPTS)('a receipt of %s', (tag) => {
  test('has all its ink in the boxes of its cells, and ink in each', async () => {
    const { rows, columns } = localeReceipt(tagged(tag), 11);
    const printed = rows.filter(({ kind }) => kind === 'text');
    const cells = printed.flatMap((row) =>
      row.kind === 'text' ? row.cells.map(({ text }) => text.trim()) : [],
    );
    const { language } = new Intl.Locale(tag);
    const fonts = await fontsFor(language, cells.join(''), 0);
    const rightToLeft = language === 'he' || language === 'ar';
    const { raster, lines } = await shape(printed, { fonts, columns, width: 480, rightToLeft });
    expect(lines.map(({ text }) => text)).toEqual(
      cells.filter(Boolean).map((text) => text.replace(/\s+/g, ' ')),
    );
    const left = Uint8Array.from(raster.data);
    for (const { text, box } of lines) {
      let ink = 0;
      for (let y = box[1]; y < box[3]; y++) {
        for (let x = box[0]; x < box[2]; x++) {
          if ((raster.data[y * raster.width + x] ?? 255) < DARK) ink++;
          left[y * raster.width + x] = 255;
        }
      }
      expect(ink, text).toBeGreaterThan(5);
    }
    expect(left.filter((level) => level < DARK).length).toBe(0);
  });
});

/** Mean level of the picture over a quadrilateral, grown by a share of its size about its middle. */
function levelIn({ data, width, channels }: Pixels, quad: Quad, grown: number): number {
  const levels: number[] = [];
  const place = (axis: 0 | 1, u: number, v: number) =>
    (quad[0][axis] * (1 - u) + quad[1][axis] * u) * (1 - v) +
    (quad[3][axis] * (1 - u) + quad[2][axis] * u) * v;
  for (let i = 0; i <= 40; i++) {
    for (const v of grown === 0 ? [0.3, 0.4, 0.5, 0.6, 0.7] : [-grown, 1 + grown]) {
      const [x, y] = [place(0, i / 40, v), place(1, i / 40, v)];
      const level = data[(Math.floor(y) * width + Math.floor(x)) * channels];
      if (x >= 0 && level !== undefined) levels.push(level);
    }
  }
  return levels.reduce((sum, level) => sum + level, 0) / levels.length;
}
type Pixels = { readonly data: Uint8Array; readonly width: number; readonly channels: number };

test.each(distortionKinds)('lines are where the truth says in a picture that is %s', async (kind) => {
  const { image, lines } = await localePicture(tagged('fr-FR'), { seed: 3, kind });
  const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
  const pixels = { data, width: info.width, channels: info.channels };
  const found = lines.filter(({ quad }) => levelIn(pixels, quad, 0) < levelIn(pixels, quad, 0.15) - 2);
  expect(found.length).toBe(lines.length);
});

test('the same seed gives the same picture, and an edge that cuts takes letters, no line', async () => {
  const [first, second] = await Promise.all(
    [1, 2].map(() => localePicture(tagged('de-DE'), { seed: 4, kind: 'cut', width: 320 })),
  );
  expect(first?.image).toEqual(second?.image);
  const outside = first?.lines.filter(({ quad }) => quad.some(([x]) => x < 0)) ?? [];
  expect(outside.length).toBeGreaterThan(3);
  for (const { quad } of outside) expect(quad[1][0]).toBeGreaterThan(0);
});

import { mulberry32, type Random } from '../random.ts';
import { type Degrade, degrade, quadOf } from './degrade.ts';
import { encode } from './encode.ts';
import type { TruthText } from './generate.ts';
import type { Locale } from './locales/locale.ts';
import { type LocaleReceipt, localeReceipt } from './locales/locale-receipt.ts';
import { fontsFor } from './script-fonts.ts';
import { shape } from './shape.ts';

const between = (random: Random, from: number, to: number) => from + random() * (to - from);
const eitherWay = (random: Random, from: number, to: number) =>
  (random() < 0.5 ? -1 : 1) * between(random, from, to);

/** What may happen to a receipt: degradations of a kind, by random numbers. */
const KINDS = {
  flat: () => ({ noise: 3 }),
  photo: (random) => ({ perspective: 0.04, rotate: eitherWay(random, 0, 4), noise: 4 }),
  tilted: (random) => ({ perspective: 0.01, rotate: eitherWay(random, 6, 25), noise: 3 }),
  curved: (random) => ({ curl: eitherWay(random, 0.01, 0.025), perspective: 0.02, noise: 3 }),
  crumpled: (random) => ({ crumple: between(random, 0.003, 0.007), perspective: 0.02, noise: 4 }),
  shadowed: (random) => ({ shadow: between(random, 0.4, 0.75), perspective: 0.02, noise: 4 }),
  faded: (random) => ({ fade: between(random, 0.3, 0.7), noise: 5, blur: 0.5 }),
  blurred: (random) => ({ blur: between(random, 1, 2), noise: 6, perspective: 0.02 }),
  dim: (random) => ({ shadow: between(random, 0.8, 0.95), fade: 0.4, noise: 7, perspective: 0.03 }),
  // The first letter of what stands at the edge, less of what is on it.
  cut: () => ({ cut: [0.075, 0] as const, noise: 3 }),
  cluttered: (random) => ({ clutter: true, perspective: 0.04, rotate: eitherWay(random, 0, 8), noise: 3 }),
} as const satisfies Record<string, (random: Random) => Degrade>;

export type DistortionKind = keyof typeof KINDS;
export const distortionKinds = Object.keys(KINDS) as readonly DistortionKind[];

export interface LocalePicture {
  /** JPEG. */
  readonly image: Uint8Array;
  readonly receipt: LocaleReceipt;
  /** Cells in reading order: where each is on the flat page and in the picture. */
  readonly lines: readonly TruthText[];
}

/** Letters that are written from the right. */
const rightToLeft: ReadonlySet<string> = new Set(['he', 'ar', 'fa', 'ur']);

/**
 * A photo of a locale's receipt with its truth: the same arguments give the same picture. Where its edge is cut, lines
 * have corners outside of it.
 *
 * @param width of the flat paper, pixels; 640 are 80 mm at 203 dots per inch
 */
export async function localePicture(
  locale: Locale,
  { seed, kind, width = 640 }: { seed: number; kind: DistortionKind; width?: number },
): Promise<LocalePicture> {
  const receipt = localeReceipt(locale, seed);
  const random = mulberry32(seed ^ 0x5eed);
  const { language } = new Intl.Locale(locale.tag);
  const text = receipt.rows.map((row) =>
    row.kind === 'text' ? row.cells.map((cell) => cell.text).join('') : '',
  );
  const mirrored = rightToLeft.has(language);
  const { raster: flat, lines } = await shape(receipt.rows, {
    fonts: await fontsFor(language, text.join(''), seed),
    columns: receipt.columns,
    width,
    rightToLeft: mirrored,
  });
  const options: Degrade = KINDS[kind](random);
  const [left, right] = options.cut ?? [0, 0];
  const { raster, toImage } = await degrade(
    flat,
    { ...options, cut: mirrored ? [right, left] : [left, right] },
    random,
  );
  return {
    image: await encode(raster, { format: 'jpeg', quality: 85, orientation: 1 }),
    receipt,
    lines: lines.map(({ text: said, box }) => ({ text: said, box, quad: quadOf(box, toImage) })),
  };
}

import type { Box } from '@inkstream/contracts';

/** What overlaps by this share of the lower one stands side by side. */
const BESIDE = 0.4;

/** Sorts what takes up room on a page into reading order: top to bottom and, side by side, left to right. */
export function inReadingOrder<T>(items: readonly T[], boxOf: (item: T) => Box): T[] {
  const bands: { box: Box; items: T[] }[] = [];
  for (const item of items.toSorted((a, b) => boxOf(a)[1] - boxOf(b)[1])) {
    const [, top, , bottom] = boxOf(item);
    const band = bands.at(-1);
    const shared = band ? Math.min(band.box[3], bottom) - Math.max(band.box[1], top) : 0;
    if (band && shared > BESIDE * Math.min(band.box[3] - band.box[1], bottom - top)) band.items.push(item);
    else bands.push({ box: boxOf(item), items: [item] });
  }
  return bands.flatMap((band) => band.items.sort((a, b) => boxOf(a)[0] - boxOf(b)[0]));
}

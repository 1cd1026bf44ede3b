import type { TextMap } from './detector.ts';
import { minAreaRect, type Point, type RotatedRect } from './min-area-rect.ts';
import { type Region, RegionFinder } from './regions.ts';

/** PP-OCR's settings of DBPostProcess: `thresh`, `box_thresh`, `unclip_ratio`, `min_size` (map pixels). */
const pixelThreshold = 0.3;
const boxThreshold = 0.5;
const unclipRatio = 1.6;
const minSide = 3;
const minArea = 8;

/**
 * From the detector's map to the boxes of text lines, in pixels of a page of the given size: DBPostProcess of
 * PaddleOCR. A box's score is the mean over its own pixels rather than over its polygon ("slow" mode there).
 */
export class TextBoxFinder {
  readonly #regions = new RegionFinder();

  find(map: TextMap, page: { width: number; height: number }): RotatedRect[] {
    const scaleX = page.width / map.width;
    const scaleY = page.height / map.height;
    const least = minSide * Math.min(scaleX, scaleY);
    return this.#regions
      .find(map, pixelThreshold)
      .filter(({ area, score }) => area >= minArea && score >= boxThreshold)
      .map((region) => minAreaRect(corners(region, scaleX, scaleY)))
      .filter(({ width, height }) => Math.min(width, height) >= least)
      .map(unclip);
  }
}

/**
 * The network marks the shrunk core of a line. This grows it back on all sides by the distance of Vatti clipping,
 * `area * ratio / perimeter` (section 3.5 of the DB paper).
 */
export function unclip(rect: RotatedRect): RotatedRect {
  const { width, height } = rect;
  const distance = (width * height * unclipRatio) / (2 * (width + height));
  return { ...rect, width: width + 2 * distance, height: height + 2 * distance };
}

/** The outer corners of the first and last pixel of every row, in page pixels. */
function corners({ top, left, right }: Region, scaleX: number, scaleY: number): Point[] {
  return left.flatMap((first, row): Point[] => {
    const [x0, x1] = [first * scaleX, (right[row]! + 1) * scaleX];
    const [y0, y1] = [(top + row) * scaleY, (top + row + 1) * scaleY];
    return [
      [x0, y0],
      [x1, y0],
      [x0, y1],
      [x1, y1],
    ];
  });
}

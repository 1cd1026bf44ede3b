import type { TextMap } from './detector.ts';

/** A connected patch of text pixels: for each of its rows from `top` on, its first and last column. */
export type Region = {
  readonly top: number;
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** Pixels in the patch, and their mean probability. */
  readonly area: number;
  readonly score: number;
};

/** Finds the patches of pixels over the threshold that touch at a side or a corner (8-connected), by flood fill. */
export class RegionFinder {
  #seen = new Uint8Array(0);
  #stack = new Int32Array(0);

  find({ probabilities, width, height }: TextMap, threshold: number): Region[] {
    const size = width * height;
    if (this.#seen.length < size) {
      this.#seen = new Uint8Array(size);
      this.#stack = new Int32Array(size);
    }
    const seen = this.#seen.fill(0, 0, size);
    const regions: Region[] = [];
    for (let seed = 0; seed < size; seed++) {
      if (probabilities[seed]! > threshold && seen[seed] === 0) {
        regions.push(this.#fill(probabilities, width, height, threshold, seed));
      }
    }
    return regions;
  }

  #fill(p: Float32Array, width: number, height: number, threshold: number, seed: number): Region {
    const seen = this.#seen;
    const stack = this.#stack;
    // The seed is the first pixel in reading order, so no row lies above it.
    const top = Math.floor(seed / width);
    const left: number[] = [];
    const right: number[] = [];
    let area = 0;
    let sum = 0;
    let depth = 0;
    stack[depth++] = seed;
    seen[seed] = 1;
    while (depth > 0) {
      const i = stack[--depth]!;
      const y = Math.floor(i / width);
      const x = i - y * width;
      const row = y - top;
      left[row] = Math.min(left[row] ?? x, x);
      right[row] = Math.max(right[row] ?? x, x);
      area++;
      sum += p[i]!;
      const [x0, x1] = [x > 0 ? -1 : 0, x < width - 1 ? 1 : 0];
      const [y0, y1] = [y > 0 ? -width : 0, y < height - 1 ? width : 0];
      for (let dy = y0; dy <= y1; dy += width) {
        for (let dx = x0; dx <= x1; dx++) {
          const j = i + dy + dx;
          if (p[j]! > threshold && seen[j] === 0) {
            seen[j] = 1;
            stack[depth++] = j;
          }
        }
      }
    }
    return { top, left, right, area, score: sum / area };
  }
}

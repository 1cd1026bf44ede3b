import type { Raster } from './raster.ts';

export type Point = readonly [x: number, y: number];
export type Quad = readonly [Point, Point, Point, Point];

/** A 3 × 3 projective map, row by row, the last entry 1. */
export type Homography = readonly number[];

/**
 * The projective map that takes four points to four others: eight linear equations in eight unknowns, solved by
 * Gauss–Jordan elimination with pivoting (Hartley & Zisserman, Multiple View Geometry, 4.1).
 */
export function homography(from: Quad, to: Quad): Homography {
  const rows: number[][] = from.flatMap(([x, y], i) => {
    const [u, v] = to[i] as Point;
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ];
  });
  for (let column = 0; column < 8; column++) {
    const pivot = rows.reduce(
      (best, row, i) => (i >= column && Math.abs(row[column]!) > Math.abs(rows[best]![column]!) ? i : best),
      column,
    );
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const head = rows[column]!;
    const scale = head[column]!;
    for (let k = column; k < 9; k++) head[k]! /= scale;
    for (const row of rows) {
      const factor = row[column]!;
      if (row === head || factor === 0) continue;
      for (let k = column; k < 9; k++) row[k]! -= factor * head[k]!;
    }
  }
  return [...rows.map((row) => row[8]!), 1];
}

/** Where a map takes a point. */
export function project(map: Homography, [x, y]: Point): Point {
  const w = map[6]! * x + map[7]! * y + map[8]!;
  return [(map[0]! * x + map[1]! * y + map[2]!) / w, (map[3]! * x + map[4]! * y + map[5]!) / w];
}

/** Where a point of one picture is in another. */
export type PointMap = (point: Point) => Point;

/**
 * Draws `source` on a canvas of another size. `toSource` maps canvas points back to source points; what lies
 * outside the source gets the `background`: a level for each channel, or a picture of the canvas' size. Bilinear, with
 * pixel centres at halves.
 */
export function warp(
  source: Raster,
  toSource: PointMap,
  width: number,
  height: number,
  background: readonly number[] | Raster,
): Raster {
  const { channels, data: from } = source;
  const data = new Uint8Array(width * height * channels);
  const maxX = source.width - 1;
  const maxY = source.height - 1;
  for (let y = 0, out = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = toSource([x + 0.5, y + 0.5]);
      const outside = u < 0 || v < 0 || u > source.width || v > source.height;
      const sx = Math.min(Math.max(u - 0.5, 0), maxX);
      const sy = Math.min(Math.max(v - 0.5, 0), maxY);
      const x0 = Math.floor(sx);
      const y0 = Math.floor(sy);
      const x1 = Math.min(x0 + 1, maxX);
      const y1 = Math.min(y0 + 1, maxY);
      const fx = sx - x0;
      const fy = sy - y0;
      for (let c = 0; c < channels; c++, out++) {
        if (outside) {
          data[out] = 'data' in background ? background.data[out]! : background[c]!;
          continue;
        }
        const at = (px: number, py: number) => from[(py * source.width + px) * channels + c]!;
        const top = at(x0, y0) * (1 - fx) + at(x1, y0) * fx;
        const bottom = at(x0, y1) * (1 - fx) + at(x1, y1) * fx;
        data[out] = Math.round(top * (1 - fy) + bottom * fy);
      }
    }
  }
  return { data, width, height, channels };
}

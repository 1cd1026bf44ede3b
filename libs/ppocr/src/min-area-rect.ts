/**
 * A rectangle at any angle: centre, sides and the angle of its width axis against the x axis, in radians,
 * clockwise on the screen (y points down).
 */
export type RotatedRect = {
  readonly centreX: number;
  readonly centreY: number;
  readonly width: number;
  readonly height: number;
  readonly angle: number;
};

export type Point = readonly [x: number, y: number];

/**
 * The rectangle of least area around the points, as OpenCV's `minAreaRect` finds it: one side lies on an edge of
 * the convex hull (Freeman and Shapira, 1975). The angle is in (-45°, 45°], so that a level line of text has its
 * length as width and an upright one as height.
 */
export function minAreaRect(points: readonly Point[]): RotatedRect {
  const hull = convexHull(points);
  let best: RotatedRect | undefined;
  hull.forEach(([x, y], i) => {
    const [nextX, nextY] = hull[(i + 1) % hull.length]!;
    const rect = rectAtAngle(hull, foldAngle(Math.atan2(nextY - y, nextX - x)));
    if (best === undefined || rect.width * rect.height < best.width * best.height) best = rect;
  });
  if (best === undefined) throw new RangeError('minAreaRect: no points');
  return best;
}

/** The corners of a rectangle: top left, top right, bottom right, bottom left, as its width runs. */
export function cornersOf({
  centreX,
  centreY,
  width,
  height,
  angle,
}: RotatedRect): [Point, Point, Point, Point] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const corner = (right: number, down: number): Point => [
    centreX + (right * width * cos - down * height * sin) / 2,
    centreY + (right * width * sin + down * height * cos) / 2,
  ];
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
}

/** The same angle modulo 90°, in (-45°, 45°]. */
function foldAngle(angle: number): number {
  const quarter = Math.PI / 2;
  const folded = ((angle % quarter) + quarter) % quarter;
  return folded > Math.PI / 4 ? folded - quarter : folded;
}

function rectAtAngle(points: readonly Point[], angle: number): RotatedRect {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  let [minU, maxU, minV, maxV] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of points) {
    const u = x * cos + y * sin;
    const v = y * cos - x * sin;
    minU = Math.min(minU, u);
    maxU = Math.max(maxU, u);
    minV = Math.min(minV, v);
    maxV = Math.max(maxV, v);
  }
  const midU = (minU + maxU) / 2;
  const midV = (minV + maxV) / 2;
  return {
    centreX: midU * cos - midV * sin,
    centreY: midU * sin + midV * cos,
    width: maxU - minU,
    height: maxV - minV,
    angle,
  };
}

/** Andrew's monotone chain, 1979. */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted(([ax, ay], [bx, by]) => ax - bx || ay - by);
  const lower = chain(sorted);
  const upper = chain(sorted.reverse());
  return sorted.length < 2 ? sorted : [...lower.slice(0, -1), ...upper.slice(0, -1)];
}

function chain(sorted: readonly Point[]): Point[] {
  const hull: Point[] = [];
  for (const point of sorted) {
    while (hull.length > 1 && cross(hull.at(-2)!, hull.at(-1)!, point) <= 0) hull.pop();
    hull.push(point);
  }
  return hull;
}

function cross([ox, oy]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  return (ax - ox) * (by - oy) - (ay - oy) * (bx - ox);
}

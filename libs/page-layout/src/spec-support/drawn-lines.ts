import type { OcrLine } from '@inkstream/contracts';

export type PointMap = (x: number, y: number) => [x: number, y: number];
export type DrawnLine = OcrLine & Required<Pick<OcrLine, 'box' | 'quad'>>;

const LETTER_WIDTH = 11;
const LINE_HEIGHT = 20;
const ROW_PITCH = 28;

/**
 * The lines of a receipt from its picture in letters, where a map puts them: a row for each line of the text, a line of
 * its own for what two spaces or more set apart.
 */
export function drawnLines(picture: string, map: PointMap = (x, y) => [x, y]): DrawnLine[] {
  return picture.split('\n').flatMap((row, at) =>
    [...row.matchAll(/\S+(?: \S+)*/g)].map(({ 0: text, index }): DrawnLine => {
      const [left, right] = [index * LETTER_WIDTH, (index + text.length) * LETTER_WIDTH];
      const [top, bottom] = [at * ROW_PITCH, at * ROW_PITCH + LINE_HEIGHT];
      const quad: DrawnLine['quad'] = [
        map(left, top),
        map(right, top),
        map(right, bottom),
        map(left, bottom),
      ];
      const [xs, ys] = [quad.map(([x]) => x), quad.map(([, y]) => y)];
      return { text, box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], quad };
    }),
  );
}

/** A turn clockwise in degrees. */
export const tilt = (degrees: number): PointMap => {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return (x, y) => [x * cos - y * sin, x * sin + y * cos];
};
/** A sheet that lies askew before the camera: further away to the right, and down. */
export const perspective =
  (right: number, down: number): PointMap =>
  (x, y) => {
    const depth = 1 + (right * x + down * y) / 500;
    return [x / depth, y / depth];
  };
/** A roll that keeps its curl: its lines sag by so many pixels, and wander up and down by some. */
export const curl =
  (sag: number, wander = 0): PointMap =>
  (x, y) => [x, y + sag * Math.sin((Math.PI * x) / 500) + wander * Math.sin(x / 60 + y / 170)];
export const after =
  (...maps: readonly PointMap[]): PointMap =>
  (x, y) =>
    maps.reduce<[number, number]>(([u, v], map) => map(u, v), [x, y]);

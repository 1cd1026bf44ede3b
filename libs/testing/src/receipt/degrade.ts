import sharp from 'sharp';
import { gaussian, type Random } from '../random.ts';
import { clutter } from './clutter.ts';
import { mapSamples, type Raster } from './raster.ts';
import { homography, type Point, type PointMap, project, type Quad, warp } from './warp.ts';

/** What time, the camera and the scanner do to a receipt. Everything left out does not happen. */
export interface Degrade {
  /** Thermal paper that has faded: the share of the ink that is gone where it is worst, 0 to 1. */
  fade?: number;
  /** A roll that keeps its curl: how far lines sag in their middle, or rise, as a share of the paper's width. 0.03 is much. */
  curl?: number;
  /** Paper that was crushed: how far lines wander up and down, as a share of the paper's width. 0.01 is much. */
  crumple?: number;
  /** How far each corner may move, as a share of the paper's width; puts a coloured photo on a desk. 0.05 is much. */
  perspective?: number;
  /** Puts it among other things on the desk, some with letters: a keyboard, a card, a pen. Wants `perspective`. */
  clutter?: boolean;
  /** How much the picture's left and right edges take off it, as shares of the paper's width. */
  cut?: readonly [left: number, right: number];
  /** Clockwise turn in degrees, any number. */
  rotate?: number;
  /** Gaussian blur, standard deviation in pixels, at least 0.3. */
  blur?: number;
  /** A shadow that grows across the picture: the share of light that is gone where it is darkest, 0 to 1. */
  shadow?: number;
  /** Sensor noise, standard deviation in grey levels. */
  noise?: number;
}

const PAPER = [250, 247, 240] as const;
const DESK = [96, 74, 58] as const;

/** The degraded picture, and the map from the flat page's points to the picture's. */
export async function degrade(
  page: Raster,
  options: Degrade,
  random: Random,
): Promise<{ raster: Raster; toImage: PointMap }> {
  let raster = options.fade ? fade(page, options.fade, random) : page;
  const corners = placed(page, options, random);
  const flat = homography(cornersOf(page), corners.quad);
  const rise = options.curl || options.crumple ? waves(page, options, random) : () => 0;
  if (options.curl || options.crumple)
    raster = warp(raster, ([x, y]) => [x, y + rise(x, y)], page.width, page.height, [255]);
  if (options.perspective || options.rotate) {
    const source = options.perspective ? onTintedPaper(raster) : raster;
    const desk = options.clutter ? await clutter(corners.width, corners.height, random) : DESK;
    const background = options.perspective ? desk : [255];
    const back = homography(corners.quad, cornersOf(page));
    raster = warp(source, (point) => project(back, point), corners.width, corners.height, background);
  }
  const [cutLeft, cutRight] = (options.cut ?? [0, 0]).map((share) => Math.round(share * page.width));
  if (cutLeft || cutRight) raster = crop(raster, cutLeft ?? 0, cutRight ?? 0);
  const toImage: PointMap = ([x, y]) => {
    const [u, v] = project(flat, [x, y - rise(x, y)]);
    return [u - (cutLeft ?? 0), v];
  };
  if (options.blur) raster = await blur(raster, options.blur);
  if (options.shadow) raster = shade(raster, options.shadow, random);
  const { noise } = options;
  if (noise) raster = mapSamples(raster, (value) => value + noise * gaussian(random));
  return { raster, toImage };
}

const cornersOf = ({ width, height }: Raster): Quad => [
  [0, 0],
  [width, 0],
  [width, height],
  [0, height],
];

/** Where the page's corners land, turned and pushed, and the size of the canvas that holds them. */
function placed(
  page: Raster,
  options: Degrade,
  random: Random,
): { quad: Quad; width: number; height: number } {
  const push = (options.perspective ?? 0) * page.width;
  const angle = ((options.rotate ?? 0) * Math.PI) / 180;
  const turned = cornersOf(page).map(([x, y]): Point => {
    const px = x + push * (2 * random() - 1);
    const py = y + push * (2 * random() - 1);
    return [px * Math.cos(angle) - py * Math.sin(angle), px * Math.sin(angle) + py * Math.cos(angle)];
  });
  const margin = push > 0 ? page.width * (options.clutter ? 0.35 : 0.06) : 0;
  const xs = turned.map(([x]) => x);
  const ys = turned.map(([, y]) => y);
  const [left, top] = [Math.min(...xs) - margin, Math.min(...ys) - margin];
  // The small subtraction keeps quarter turns at their exact size in spite of rounding.
  const size = (values: number[]) => Math.ceil(Math.max(...values) - Math.min(...values) + 2 * margin - 1e-6);
  const move = ([x, y]: Point): Point => [x - left, y - top];
  const [a, b, c, d] = turned as [Point, Point, Point, Point];
  return { quad: [move(a), move(b), move(c), move(d)], width: size(xs), height: size(ys) };
}

/** Without so many columns of pixels at the left and at the right. */
function crop({ data, width, height, channels }: Raster, left: number, right: number): Raster {
  const kept = width - left - right;
  const row = (y: number) =>
    data.subarray((y * width + left) * channels, (y * width + left + kept) * channels);
  const cropped = new Uint8Array(kept * height * channels);
  for (let y = 0; y < height; y++) cropped.set(row(y), y * kept * channels);
  return { data: cropped, width: kept, height, channels };
}

/** How much higher than on flat paper the text is drawn, pixels, by its place on the paper. */
function waves({ width }: Raster, { curl = 0, crumple = 0 }: Degrade, random: Random) {
  const [count, phase] = [2 + 2 * random(), 2 * Math.PI * random()];
  return (x: number, y: number): number => {
    const [across, along] = [x / width, y / width];
    const wave = Math.sin(Math.PI * (count * across + along) + phase);
    return width * (curl * Math.sin(Math.PI * across) + crumple * wave);
  };
}

/** Ink fades in slow waves across the print head and towards one end of the roll. */
function fade(page: Raster, amount: number, random: Random): Raster {
  const waves = 1 + 2 * random();
  const phase = 2 * Math.PI * random();
  const end = random() < 0.5 ? 0 : 1;
  return mapSamples(page, (value, x, y) => {
    const across = 0.5 + 0.5 * Math.sin((2 * Math.PI * waves * x) / page.width + phase);
    const along = Math.abs(end - y / page.height);
    return 255 - (255 - value) * (1 - amount * (0.4 * across + 0.6 * along));
  });
}

function shade(raster: Raster, amount: number, random: Random): Raster {
  const angle = 2 * Math.PI * random();
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  return mapSamples(raster, (value, x, y) => {
    const along = 0.5 + (x / raster.width - 0.5) * dx + (y / raster.height - 0.5) * dy;
    return value * (1 - amount * Math.min(1, Math.max(0, along)));
  });
}

function onTintedPaper(page: Raster): Raster {
  const data = new Uint8Array(page.data.length * 3);
  page.data.forEach((value, i) => {
    for (let c = 0; c < 3; c++) data[3 * i + c] = Math.round((value * PAPER[c]!) / 255);
  });
  return { ...page, data, channels: 3 };
}

async function blur(raster: Raster, sigma: number): Promise<Raster> {
  const { width, height, channels } = raster;
  const image = sharp(raster.data, { raw: { width, height, channels } }).blur(sigma);
  const data = await image
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer();
  return { ...raster, data };
}

/**
 * A box of the flat page as the four corners of where it is in the picture, clockwise from its top left, to
 * hundredths of a pixel.
 */
export function quadOf(
  [left, top, right, bottom]: readonly [number, number, number, number],
  toImage: PointMap,
): Quad {
  const corner = (x: number, y: number): Point => {
    const [u, v] = toImage([x, y]);
    return [Math.round(u * 100) / 100, Math.round(v * 100) / 100];
  };
  return [corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)];
}

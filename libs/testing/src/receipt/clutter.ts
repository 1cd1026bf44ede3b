import sharp from 'sharp';
import { integer, pick, type Random } from '../random.ts';
import type { Raster } from './raster.ts';

/** Letters are drawn as strokes on a grid of 2 x 4, so that no font of the machine has a say. */
const STROKES = [
  'M0 4V0H2V4M0 2H2',
  'M2 0H0V4H2',
  'M0 4V0L2 4V0',
  'M0 0H2L0 4H2',
  'M0 0V4H2',
  'M1 4V0M0 0H2',
];

const keyboard = (random: Random, x: number, y: number, key: number): string =>
  Array.from({ length: 40 }, (_, at) => {
    const [left, top] = [x + (at % 10) * key * 1.1, y + Math.floor(at / 10) * key * 1.1];
    const letter = `<path transform="translate(${left + key * 0.3} ${top + key * 0.25}) scale(${key / 8})" d="${pick(random, STROKES)}" fill="none" stroke="#ddd" stroke-width=".5"/>`;
    return `<rect x="${left}" y="${top}" width="${key}" height="${key}" rx="${key / 8}" fill="#222"/>${letter}`;
  }).join('');

const card = (random: Random, x: number, y: number, size: number): string =>
  `<g transform="rotate(${integer(random, -30, 30)} ${x} ${y})"><rect x="${x}" y="${y}" width="${size * 1.6}" height="${size}" rx="${size / 12}" fill="${pick(random, ['#256', '#732', '#447'])}"/><path d="M${x + size / 8} ${y + size * 0.6}h${size * 1.2}" stroke="#cca" stroke-width="${size / 12}" stroke-dasharray="${size / 16} ${size / 24}"/></g>`;

const pen = (random: Random, x: number, y: number, size: number): string =>
  `<path d="M${x} ${y}l${size} ${integer(random, -30, 30) * (size / 40)}" stroke="${pick(random, ['#123', '#a22', '#eee'])}" stroke-width="${size / 14}" stroke-linecap="round"/>`;

const cup = (_: Random, x: number, y: number, size: number): string =>
  `<circle cx="${x}" cy="${y}" r="${size / 2}" fill="#ddd"/><circle cx="${x}" cy="${y}" r="${size / 2.6}" fill="#431"/>`;

/** A desk of grained wood with a keyboard and other things on it, RGB. */
export async function clutter(width: number, height: number, random: Random): Promise<Raster> {
  const grain = Array.from({ length: 40 }, () => {
    const y = Math.round(random() * height);
    return `<path d="M0 ${y}q${width / 2} ${integer(random, -20, 20)} ${width} 0" stroke="#000" stroke-opacity=".2" stroke-width="${integer(random, 1, 6)}" fill="none"/>`;
  });
  const things = Array.from({ length: 8 }, () =>
    pick(random, [card, pen, cup])(random, random() * width, random() * height, width / 6),
  );
  const keys = keyboard(random, random() * width * 0.2, height - width * 0.25, width / 14);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#7d6048"/>${[...grain, ...things].join('')}${keys}</svg>`;
  const data = await sharp(Buffer.from(svg)).removeAlpha().toColourspace('srgb').raw().toBuffer();
  return { data, width, height, channels: 3 };
}

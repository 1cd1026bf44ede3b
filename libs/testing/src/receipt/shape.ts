import type { Box } from '@inkstream/contracts';
import sharp from 'sharp';
import type { Raster } from './raster.ts';
import type { Cell, Row, Style } from './rows.ts';

/** A receipt set in any script: grey pixels, and each cell's text in reading order with the box round its ink. */
export interface ShapedPage {
  readonly raster: Raster;
  readonly lines: readonly { readonly text: string; readonly box: Box }[];
}

export interface Shaping {
  /** As `font-family` takes it. */
  readonly fonts: string;
  /** Characters of Latin script on a full line. */
  readonly columns: number;
  /** Width of the paper, pixels. */
  readonly width: number;
  /** Rows start at the right, as in Hebrew and Arabic. */
  readonly rightToLeft: boolean;
}

/** A cell in its place: `x` is where it is anchored, `baseline` where it stands; `row` and `column` count from 0. */
interface Placed extends Cell {
  readonly x: number;
  readonly baseline: number;
  readonly size: number;
  readonly bold: boolean;
  readonly row: number;
  readonly column: number;
}

type Size = Pick<Raster, 'width' | 'height'>;

const LEADING = 1.45;
/** From which level on, of 255, a pixel is ink. */
const INK = 64;
/** Width of a letter as a share of its size: no less than what the fonts have. */
const [NARROW, WIDE] = [0.62, 1.02];
const ANCHOR = { left: 'start', centre: 'middle', right: 'end' } as const;
const MIRRORED = { left: 'right', centre: 'centre', right: 'left' } as const;

const widthOf = (text: string): number =>
  [...text].reduce(
    (sum, letter) =>
      sum + (/[\u1100-\u11ff\u2e80-\uffef]/u.test(letter) ? WIDE : /\p{M}/u.test(letter) ? 0 : NARROW),
    0,
  );

/**
 * Sets rows by the shaper and the bidirectional algorithm of libvips' text renderer, so that every script comes out as it
 * is written.
 */
export async function shape(rows: readonly Row[], shaping: Shaping): Promise<ShapedPage> {
  const { width } = shaping;
  const margin = Math.round(width * 0.055);
  const { placed, rules, height } = place(rows, shaping, margin);
  const paper = (inner: string, ground: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${shaping.fonts}"><rect width="100%" height="100%" fill="${ground}"/>${inner}</svg>`;
  const dashes = rules
    .map(
      (y) =>
        `<path d="M${margin} ${y}H${width - margin}" stroke="#000" stroke-width="2" stroke-dasharray="8"/>`,
    )
    .join('');
  const drawn = paper(dashes + placed.map((cell) => drawnCell(cell, '#000')).join(''), '#fff');
  const data = await sharp(Buffer.from(drawn)).toColourspace('b-w').removeAlpha().raw().toBuffer();
  const boxes = new Map<Placed, Box>();
  // Neighbours are of different colours or in different pictures, so that each cell's ink is known from the others'.
  for (const side of [0, 1]) {
    const those = placed.filter(({ column }) => column % 2 === side);
    const colours = ['#f00', '#0f0', '#00f'];
    const svg = paper(those.map((cell) => drawnCell(cell, colours[cell.row % 3] ?? '')).join(''), '#000');
    const ink = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
    for (const cell of those) {
      const box = inkOf(ink, { width, height }, cell, boundsOf(cell, placed, shaping));
      if (box) boxes.set(cell, box);
    }
  }
  const lines = placed.flatMap((cell) => {
    const box = boxes.get(cell);
    return box ? [{ text: cell.text.trim().replace(/\s+/g, ' '), box }] : [];
  });
  return { raster: { data, width, height, channels: 1 }, lines };
}

function place(rows: readonly Row[], { columns, width, rightToLeft }: Shaping, margin: number) {
  const inner = width - 2 * margin;
  const body = inner / (columns * NARROW);
  const placed: Placed[] = [];
  const rules: number[] = [];
  let y = margin;
  const put = (cells: readonly Cell[], style: Style, row: number) => {
    const wanted = body * (style.scale ?? 1);
    // A row that would leave the paper is set smaller, as printers do.
    const needed = cells.reduce((sum, { text }) => sum + widthOf(text) + NARROW, -NARROW) * wanted;
    const size = wanted * Math.min(1, inner / needed);
    for (const [column, cell] of cells.entries()) {
      const at = rightToLeft ? 1 - cell.at : cell.at;
      const align = rightToLeft ? MIRRORED[cell.align] : cell.align;
      const baseline = y + wanted * 1.05;
      placed.push({
        ...cell,
        align,
        at,
        x: margin + inner * at,
        baseline,
        size,
        bold: style.bold ?? false,
        row,
        column,
      });
    }
    y += wanted * LEADING;
  };
  for (const [at, row] of rows.entries()) {
    if (row.kind === 'text')
      put(
        row.cells.filter(({ text }) => text.trim() !== ''),
        row.style,
        at,
      );
    else if (row.kind === 'gap') y += body * row.lines;
    else if (row.kind === 'barcode') put([{ text: row.digits, align: 'centre', at: 0.5 }], {}, at);
    else {
      y += body * 0.35;
      rules.push(y);
      y += body * 0.35;
    }
  }
  return { placed, rules, height: Math.ceil(y + margin) };
}

const escaped = (text: string) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const drawnCell = ({ text, x, baseline, size, bold, align }: Placed, colour: string): string =>
  `<text x="${x.toFixed(1)}" y="${baseline.toFixed(1)}" font-size="${size.toFixed(1)}" font-weight="${bold ? 700 : 400}" text-anchor="${ANCHOR[align]}" fill="${colour}">${escaped(text)}</text>`;

/** The smallest box round a cell's ink: in its colour, between the cells beside it, within a row of its own height. */
function inkOf(
  ink: Buffer,
  { width, height }: Size,
  cell: Placed,
  bounds: readonly [number, number],
): Box | null {
  const { row, baseline, size } = cell;
  const [left, right] = bounds;
  let box: Box | null = null;
  for (
    let y = Math.max(0, Math.floor(baseline - 1.6 * size));
    y < Math.min(height, baseline + 0.9 * size);
    y++
  ) {
    for (let x = Math.floor(left); x < right; x++) {
      if ((ink[(y * width + x) * 3 + (row % 3)] ?? 0) < INK) continue;
      box = box
        ? [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x + 1), Math.max(box[3], y + 1)]
        : [x, y, x + 1, y + 1];
    }
  }
  return box;
}

/** From where to where on the page a cell alone has ink in its picture. */
function boundsOf(
  { row, column }: Placed,
  all: readonly Placed[],
  { width, rightToLeft }: Shaping,
): [number, number] {
  const beside = (step: number) =>
    all.find((other) => other.row === row && other.column === column + step)?.x;
  const [start, end] = rightToLeft ? [width, 0] : [0, width];
  const [from, to] = [beside(-1) ?? start, beside(1) ?? end];
  return [Math.min(from, to), Math.max(from, to)];
}

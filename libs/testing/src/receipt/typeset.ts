import type { Box } from '@inkstream/contracts';
import { type FontFamily, pathData } from './fonts.ts';
import type { Cell, ReceiptContent, Row, Style } from './rows.ts';

/** A word or a line as printed; `box` is the smallest whole-pixel rectangle round its ink. */
export interface PrintedText {
  text: string;
  box: Box;
}
export interface PrintedLine extends PrintedText {
  words: PrintedText[];
}

/** A page of black ink: the SVG that draws it and the text on it, in reading order. Sizes are pixels. */
export interface TypesetPage {
  svg: string;
  width: number;
  height: number;
  lines: PrintedLine[];
}

const LEADING = 1.32;

/**
 * Sets a receipt on a strip of paper `width` pixels wide and as long as it needs. Text is drawn as outlines, so
 * that no font of the machine has a say.
 */
export function typeset(content: ReceiptContent, font: FontFamily, width: number): TypesetPage {
  const margin = Math.round(width * 0.055);
  const inner = width - 2 * margin;
  const size = (inner / font.regular.getAdvanceWidth('0'.repeat(content.columns), 100)) * 100;
  const lines: PrintedLine[] = [];
  const shapes: string[] = [];
  let y = margin;

  const setCell = (cell: Cell, style: Style, baseline: number): void => {
    const face = style.bold ? font.bold : font.regular;
    const wanted = size * (style.scale ?? 1);
    // A heading that would leave the paper is set smaller, as printers do.
    const scale = wanted * Math.min(1, inner / face.getAdvanceWidth(cell.text, wanted, { kerning: false }));
    const advance = (text: string) => face.getAdvanceWidth(text, scale, { kerning: false });
    const start =
      margin + inner * cell.at - advance(cell.text) * { left: 0, centre: 0.5, right: 1 }[cell.align];
    const words = [...cell.text.matchAll(/\S+/g)].map(({ 0: text, index }): PrintedText => {
      const x = start + advance(cell.text.slice(0, index));
      const path = face.getPath(text, x, baseline, scale, { kerning: false });
      shapes.push(`<path d="${pathData(path)}"/>`);
      const ink = path.getBoundingBox();
      return { text, box: [Math.floor(ink.x1), Math.floor(ink.y1), Math.ceil(ink.x2), Math.ceil(ink.y2)] };
    });
    if (words.length > 0)
      lines.push({ text: words.map((word) => word.text).join(' '), box: hull(words), words });
  };

  const setRow = (row: Row): void => {
    switch (row.kind) {
      case 'text': {
        const step = size * (row.style.scale ?? 1) * LEADING;
        for (const cell of row.cells) setCell(cell, row.style, y + step * 0.78);
        y += step;
        return;
      }
      case 'rule':
        y += size * 0.35;
        shapes.push(
          `<path d="M${margin} ${y}H${width - margin}" stroke="#000" stroke-width="${size / 12}" stroke-dasharray="${size / 3}"/>`,
        );
        y += size * 0.35;
        return;
      case 'gap':
        y += size * LEADING * row.lines;
        return;
      case 'barcode':
        shapes.push(bars(row.digits, margin + inner * 0.15, y, inner * 0.7, size * 2.6));
        y += size * 2.8;
        setCell({ text: row.digits, align: 'centre', at: 0.5 }, {}, y + size);
        y += size * LEADING;
        return;
    }
  };

  for (const row of content.rows) setRow(row);
  const height = Math.ceil(y + margin);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fff"/>${shapes.join('')}</svg>`;
  return { svg, width, height, lines };
}

/** Two bars and two spaces for each digit, 7 units wide, in the manner of EAN; nobody scans it. */
function bars(digits: string, x: number, y: number, width: number, height: number): string {
  const patterns = ['3211', '2221', '2122', '1411', '1132', '1231', '1114', '1312', '1213', '3112'];
  const unit = width / (digits.length * 7);
  let at = x;
  let path = '';
  for (const digit of digits) {
    [...(patterns[Number(digit)] as string)].map(Number).forEach((units, index) => {
      if (index % 2 === 0)
        path += `M${at.toFixed(2)} ${y}h${(units * unit).toFixed(2)}v${height}h${(-units * unit).toFixed(2)}z`;
      at += units * unit;
    });
  }
  return `<path d="${path}"/>`;
}

function hull(words: PrintedText[]): Box {
  return [
    Math.min(...words.map(({ box }) => box[0])),
    Math.min(...words.map(({ box }) => box[1])),
    Math.max(...words.map(({ box }) => box[2])),
    Math.max(...words.map(({ box }) => box[3])),
  ];
}

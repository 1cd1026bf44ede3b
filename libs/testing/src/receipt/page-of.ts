import type { RecognisedPage } from '@inkstream/contracts';
import type { ReceiptContent } from './rows.ts';

const COLUMN = 12;
const ROW = 30;
const LETTERS = 22;

/** The page that the rows of a generated receipt make: a line for each cell, in its place, read without an error. */
export function pageOf({ rows, columns }: Pick<ReceiptContent, 'rows' | 'columns'>): RecognisedPage {
  const width = columns * COLUMN;
  const lines = rows.flatMap((row, at) => {
    if (row.kind !== 'text') return [];
    const height = LETTERS * (row.style.scale ?? 1);
    return row.cells
      .filter(({ text }) => text.trim() !== '')
      .map(({ text, align, at: place }) => {
        const length = text.length * COLUMN;
        const left = width * place - length * { left: 0, centre: 0.5, right: 1 }[align];
        const box: [number, number, number, number] = [left, at * ROW, left + length, at * ROW + height];
        return { text, confidence: 0.99, box };
      });
  });
  return { width, height: rows.length * ROW, rotation: 0, lines };
}

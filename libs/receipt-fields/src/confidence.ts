import type { ReceiptField } from '@inkstream/contracts';
import type { Row } from './page/rows.ts';

/**
 * The probability that a value is right: that the rule chose the right place (`evidence`, 0 to 1) and that the
 * engine read it rightly (its own confidence, a probability per line).
 */
export function confidence(evidence: number, rows: readonly Row[]): number {
  const read = rows.length === 0 ? 1 : rows.reduce((sum, row) => sum + row.confidence, 0) / rows.length;
  return rounded(evidence * read);
}

/** A probability with three digits. */
function rounded(probability: number): number {
  return Math.round(Math.min(1, Math.max(0, probability)) * 1000) / 1000;
}

/** A field with its confidence and the lines of the rows it came from. */
export function fieldOf(value: string, evidence: number, rows: readonly Row[]): ReceiptField {
  return { value, confidence: confidence(evidence, rows), lines: linesOf(rows) };
}

/**
 * How many letters of a line stand or fall together. Engines give the mean probability of a line's letters; were letters
 * misread independently, a line would be right with that probability to the power of its length. Misreadings come in
 * clusters, so that only every fifth letter counts (measured on scanned receipts).
 */
const LETTERS_TOGETHER = 5;

/** A field that is right only when every letter is: a name, an address. */
export function textFieldOf(value: string, evidence: number, rows: readonly Row[]): ReceiptField {
  const lines = rows.flatMap((row) => row.lines);
  const read = lines.reduce(
    (product, line) => product * line.confidence ** (line.text.length / LETTERS_TOGETHER),
    1,
  );
  return { value, confidence: rounded(evidence * read), lines: linesOf(rows) };
}

/** Indices of the rows' lines, each once, ascending. */
export function linesOf(rows: readonly Row[]): number[] {
  return [...new Set(rows.flatMap((row) => row.lines.map(({ index }) => index)))].sort((a, b) => a - b);
}

import type { ReceiptField } from '@inkstream/contracts';
import type { Row } from './page/rows.ts';

/**
 * The probability that a value is right: that the rule chose the right place (`evidence`, 0 to 1) and that the
 * engine read it rightly (its own confidence, a probability per line). Null if the engine does not say how sure it was.
 */
function confidence(evidence: number, rows: readonly Row[]): number | null {
  let sum = 0;
  for (const { confidence: read } of rows) {
    if (read === null) return null;
    sum += read;
  }
  return rounded(evidence * (rows.length === 0 ? 1 : sum / rows.length));
}

/** A probability with three digits. */
function rounded(probability: number): number {
  return Math.round(Math.min(1, Math.max(0, probability)) * 1000) / 1000;
}

/** How sure a value is, as far as that is known, and the lines of the rows it came from. */
export function sourceOf(evidence: number, rows: readonly Row[]): Pick<ReceiptField, 'confidence' | 'lines'> {
  return source(confidence(evidence, rows), rows);
}

const source = (sure: number | null, rows: readonly Row[]) => ({
  ...(sure !== null && { confidence: sure }),
  lines: linesOf(rows),
});

/** A field with its confidence and the lines of the rows it came from. */
export function fieldOf(value: string, evidence: number, rows: readonly Row[]): ReceiptField {
  return { value, ...sourceOf(evidence, rows) };
}

/**
 * How many letters of a line stand or fall together. Engines give the mean probability of a line's letters; were
 * letters misread independently, a line would be right with that probability to the power of its length. Misreadings
 * come in clusters, so that only every fifth letter counts (measured on scanned receipts).
 */
const LETTERS_TOGETHER = 5;

/** A field that is right only when every letter is: a name, an address. */
export function textFieldOf(value: string, evidence: number, rows: readonly Row[]): ReceiptField {
  let read = 1;
  for (const { text, confidence: sure } of rows.flatMap((row) => row.lines)) {
    if (sure === undefined) return { value, ...source(null, rows) };
    read *= sure ** (text.length / LETTERS_TOGETHER);
  }
  return { value, ...source(rounded(evidence * read), rows) };
}

/** Indices of the rows' lines, each once, ascending. */
function linesOf(rows: readonly Row[]): number[] {
  return [...new Set(rows.flatMap((row) => row.lines.map(({ index }) => index)))].sort((a, b) => a - b);
}

import type { ReceiptField } from '@inkstream/contracts';
import type { Row } from './rows.ts';

/**
 * The probability that a value is right: that the rule chose the right place (`evidence`, 0 to 1) and that the
 * engine read it rightly (its own confidence, a probability per line).
 */
export function confidence(evidence: number, rows: readonly Row[]): number {
  const read = rows.length === 0 ? 1 : rows.reduce((sum, row) => sum + row.confidence, 0) / rows.length;
  const product = Math.min(1, Math.max(0, evidence)) * Math.min(1, Math.max(0, read));
  return Math.round(product * 1000) / 1000;
}

/** A field with its confidence and the lines of the rows it came from. */
export function fieldOf(value: string, evidence: number, rows: readonly Row[]): ReceiptField {
  return { value, confidence: confidence(evidence, rows), lines: linesOf(rows) };
}

/** Indices of the rows' lines, each once, ascending. */
export function linesOf(rows: readonly Row[]): number[] {
  return [...new Set(rows.flatMap((row) => row.lines.map(({ index }) => index)))].sort((a, b) => a - b);
}

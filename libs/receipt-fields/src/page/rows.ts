import type { OcrLine } from '@inkstream/contracts';
import { lineHeight } from '@inkstream/page-layout';
import { skeleton } from '../words/skeleton.ts';

/** A line and where it stands among the lines of all pages put one after another. */
export interface PlacedLine extends OcrLine {
  readonly index: number;
}

/** Lines that stand side by side on the paper, left to right. */
export interface Row {
  readonly lines: readonly PlacedLine[];
  /** The texts of the lines joined by one space each. */
  readonly text: string;
  /** The text folded for comparison: see {@link skeleton}. */
  readonly folded: string;
  /** Height of the tallest line, pixels; of lines without a place 1, so that they are all alike. */
  readonly height: number;
  /** Mean of the lines' confidences, weighted by their length; null if not all of them have one. */
  readonly confidence: number | null;
}

/** The texts of a row's lines joined by one space each. */
export function joinTexts(lines: readonly OcrLine[]): string {
  return lines.map(({ text }) => text.trim()).join(' ');
}

/** The row that lines side by side make, left to right. */
export function toRow(lines: readonly PlacedLine[]): Row {
  const text = joinTexts(lines);
  return {
    lines,
    text,
    folded: skeleton(text),
    height: Math.max(...lines.map((line) => lineHeight(line) ?? 1)),
    confidence: meanConfidence(lines),
  };
}

function meanConfidence(lines: readonly OcrLine[]): number | null {
  let [sum, length] = [0, 0];
  for (const { text, confidence } of lines) {
    if (confidence === undefined) return null;
    sum += confidence * text.length;
    length += text.length;
  }
  return sum / Math.max(1, length);
}

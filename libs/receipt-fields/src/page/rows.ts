import type { OcrLine } from '@inkstream/contracts';
import { skeleton } from '../words/skeleton.ts';
import { estimateSlope, hasBox, type LineWithBox } from './skew.ts';

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
  /** Height of the tallest line, pixels; of lines without a box 1, so that they are all alike. */
  readonly height: number;
  /** Mean of the lines' confidences, weighted by their length; null if not all of them have one. */
  readonly confidence: number | null;
}

/** How much two lines may stand apart, in heights of the lower one, and still share a row. */
const SAME_ROW = 0.5;

/**
 * Groups lines into rows in reading order: top to bottom, and left to right within a row.
 * A slightly turned page is straightened first, since else a label and its amount fall into different rows. If not all
 * lines of the page have a box, each is a row of its own, in the order given.
 */
export function groupLines<Line extends OcrLine>(lines: readonly Line[]): Line[][] {
  if (!lines.every(hasBox)) return lines.map((line) => [line]);
  const slope = estimateSlope(lines);
  const placed = lines
    .map((line) => ({ line, ...measure(line, slope) }))
    .sort((a, b) => a.middle - b.middle || a.left - b.left);
  const groups: { middle: number; height: number; members: typeof placed }[] = [];
  for (const entry of placed) {
    const group = groups.at(-1);
    if (group && Math.abs(entry.middle - group.middle) < SAME_ROW * Math.min(entry.height, group.height)) {
      group.members.push(entry);
      const share = 1 / group.members.length;
      group.middle += (entry.middle - group.middle) * share;
      group.height += (entry.height - group.height) * share;
    } else {
      groups.push({ middle: entry.middle, height: entry.height, members: [entry] });
    }
  }
  return groups.map(({ members }) => members.sort((a, b) => a.left - b.left).map(({ line }) => line));
}

/** Where a line's middle would be were the page straight. The height of a slanted line includes its slant. */
function measure({ box: [left, top, right, bottom] }: LineWithBox, slope: number) {
  const height = Math.max(1, bottom - top - Math.abs(slope) * (right - left));
  return { left, height, middle: (top + bottom) / 2 - slope * ((left + right) / 2) };
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
    height: Math.max(...lines.map(({ box }) => (box ? box[3] - box[1] : 1))),
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

import type { Box, OcrLine } from '@inkstream/contracts';
import type { Page } from 'tesseract.js';

/** A line as Tesseract reads it: it always knows where, and how sure it is. */
export type ReadLine = OcrLine & { confidence: number; box: Box };

/** Lines with less confidence than this are rules, logos and dirt that were mistaken for text. */
const minConfidence = 0.3;
/** Characters that edges of the paper and frames are mistaken for. */
const bar = /[|\s]/;

/** Tesseract's lines in its reading order, in the form that every provider returns. `size` is the page's, in pixels. */
export function recognisedLines(
  { blocks }: Pick<Page, 'blocks'>,
  size: { width: number; height: number },
): ReadLine[] {
  const lines = (blocks ?? []).flatMap((block) => block.paragraphs.flatMap((paragraph) => paragraph.lines));
  return lines.flatMap(({ text, confidence, bbox }): ReadLine[] => {
    const line: ReadLine = {
      text: withoutBars(text),
      confidence: clamp(confidence / 100, 1),
      box: [
        clamp(bbox.x0, size.width),
        clamp(bbox.y0, size.height),
        clamp(bbox.x1, size.width),
        clamp(bbox.y1, size.height),
      ],
    };
    return line.text === '' || line.confidence < minConfidence ? [] : [line];
  });
}

function withoutBars(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && bar.test(text.charAt(start))) start++;
  while (end > start && bar.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

const clamp = (value: number, limit: number): number => Math.min(limit, Math.max(0, value));

/** How much was read, in characters that count by their confidence. */
export function readingScore(lines: readonly ReadLine[]): number {
  return lines.reduce((sum, { text, confidence }) => sum + text.length * confidence, 0);
}

/** The mean confidence of a character, 0 if there is none. */
export function meanConfidence(lines: readonly ReadLine[]): number {
  const characters = lines.reduce((sum, { text }) => sum + text.length, 0);
  return characters === 0 ? 0 : readingScore(lines) / characters;
}

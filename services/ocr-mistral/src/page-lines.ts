import type { Box, OcrLine } from '@inkstream/contracts';
import type { OCRConfidenceScore, OCRPageObject } from '@mistralai/mistralai/models/components';
import { type MarkdownLine, markdownLines } from './markdown-lines.ts';

type Block = NonNullable<OCRPageObject['blocks']>[number];

/**
 * The lines of a page: its Markdown's, with the mean confidence of their words, and with the box of their block where a
 * block is one line. A block of several lines has one box for all of them, which is nobody's own, so its lines have none.
 */
export function pageLines({ markdown, blocks, confidenceScores }: OCRPageObject): OcrLine[] {
  const lines = markdownLines(markdown);
  const boxes = boxesOf(lines, blocks ?? []);
  const confidences = confidencesOf(lines, confidenceScores?.wordConfidenceScores ?? []);
  return lines.map((line, at) => {
    const confidence = confidences.get(at);
    const box = boxes.get(at);
    return { text: line.text, ...(confidence !== undefined && { confidence }), ...(box && { box }) };
  });
}

/** Mean confidence of the words that begin in each line, by its index; a word may bring the white space before it. */
function confidencesOf(
  lines: readonly MarkdownLine[],
  words: readonly OCRConfidenceScore[],
): Map<number, number> {
  const begun = words
    .map(({ text, startIndex, confidence }) => ({
      begin: startIndex + text.length - text.trimStart().length,
      confidence: Math.min(1, Math.max(0, confidence)),
    }))
    .sort((a, b) => a.begin - b.begin);
  const means = new Map<number, number>();
  let next = 0;
  for (const [at, { start, end }] of lines.entries()) {
    let [sum, count] = [0, 0];
    for (let word = begun[next]; word && word.begin < end; word = begun[++next]) {
      if (word.begin < start) continue;
      sum += word.confidence;
      count += 1;
    }
    if (count > 0) means.set(at, sum / count);
  }
  return means;
}

/** Boxes by the index of their line. Blocks come in the order of the Markdown; one that is not found there is passed over. */
function boxesOf(lines: readonly MarkdownLine[], blocks: readonly Block[]): Map<number, Box> {
  const boxes = new Map<number, Box>();
  let next = 0;
  for (const block of blocks) {
    if (!('content' in block)) continue;
    const texts = markdownLines(block.content).map(({ text }) => text);
    const at = texts.length === 0 ? -1 : indexOfRun(lines, texts, next);
    if (at < 0) continue;
    next = at + texts.length;
    const { topLeftX, topLeftY, bottomRightX, bottomRightY } = block;
    if (texts.length === 1) boxes.set(at, [topLeftX, topLeftY, bottomRightX, bottomRightY]);
  }
  return boxes;
}

/** Where the texts stand one after another among the lines, from a line on; -1 if nowhere. */
function indexOfRun(lines: readonly MarkdownLine[], texts: readonly string[], from: number): number {
  for (let at = from; at + texts.length <= lines.length; at += 1)
    if (texts.every((text, index) => lines[at + index]?.text === text)) return at;
  return -1;
}

import type { OcrLine } from '@inkstream/contracts';
import { z } from 'zod';

/** A line a text: its score, 0 to 1, its box and its corners in pixels. */
const recognised = z.object({
  rec_texts: z.array(z.string()),
  rec_scores: z.array(z.number()).default([]),
  rec_boxes: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])).default([]),
});
/** A block of a model that tells no lines, such as PaddleOCR-VL. */
const blocks = z.array(z.object({ block_content: z.string() }));

/** What the pipelines tell of a page: those of OCR, and those that parse its layout. */
const ocrPage = z.object({ prunedResult: recognised });
const layoutPage = z.object({
  prunedResult: z.object({
    overall_ocr_res: recognised.optional().catch(undefined),
    parsing_res_list: blocks.optional().catch(undefined),
  }),
  markdown: z.object({ text: z.string() }),
});
export const pageResults = z.union([
  z.object({ ocrResults: z.array(ocrPage) }),
  z.object({ layoutParsingResults: z.array(layoutPage) }),
]);
export type PageResults = z.infer<typeof pageResults>;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The lines of the one page that was sent, and its Markdown if the pipeline makes some. */
export function readingOf(results: PageResults, size: Size): { lines: OcrLine[]; markdown?: string } {
  if ('ocrResults' in results)
    return { lines: results.ocrResults.flatMap(({ prunedResult }) => linesOf(prunedResult, size)) };
  const pages = results.layoutParsingResults;
  const lines = pages.flatMap(({ prunedResult: { overall_ocr_res: read, parsing_res_list = [] } }) =>
    read ? linesOf(read, size) : parsing_res_list.flatMap(({ block_content }) => textsOf(block_content)),
  );
  return { lines, markdown: pages.map(({ markdown }) => markdown.text).join('\n\n') };
}

function linesOf({ rec_texts, rec_scores, rec_boxes }: z.infer<typeof recognised>, size: Size): OcrLine[] {
  const within = (value: number, most: number) => Math.min(most, Math.max(0, value));
  return rec_texts.flatMap((text, at): OcrLine[] => {
    if (text.trim() === '') return [];
    const [score, box] = [rec_scores[at], rec_boxes[at]];
    return [
      {
        text,
        ...(score !== undefined && { confidence: within(score, 1) }),
        ...(box && {
          box: [
            within(box[0], size.width),
            within(box[1], size.height),
            within(box[2], size.width),
            within(box[3], size.height),
          ],
        }),
      },
    ];
  });
}

const textsOf = (content: string): OcrLine[] =>
  content.split('\n').flatMap((text) => (text.trim() ? { text: text.trim() } : []));

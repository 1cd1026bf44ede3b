import { expect, it } from 'vitest';
import { pageResults, readingOf } from './results.ts';

const size = { width: 200, height: 100 };
const recognised = {
  rec_texts: ['TOTAL 9.90', ' ', 'CASH'],
  rec_scores: [0.98, 0.2, 1.001],
  rec_boxes: [
    [10, 20, 110, 40],
    [0, 0, 1, 1],
    [-3, 50, 220, 101],
  ],
};
const lines = [
  { text: 'TOTAL 9.90', confidence: 0.98, box: [10, 20, 110, 40] },
  { text: 'CASH', confidence: 1, box: [0, 50, 200, 100] },
];
const read = (answer: unknown) => readingOf(pageResults.parse(answer), size);

it('tells the lines of the OCR pipeline, whose boxes end at the page', () => {
  expect(read({ ocrResults: [{ prunedResult: recognised, ocrImage: null }] })).toEqual({ lines });
});

it('tells lines and Markdown of a pipeline that parses the layout', () => {
  const page = { prunedResult: { overall_ocr_res: recognised }, markdown: { text: '# TOTAL' } };
  expect(read({ layoutParsingResults: [page] })).toEqual({ lines, markdown: '# TOTAL' });
});

it('tells the texts of a model that knows blocks alone, without places or confidences', () => {
  const parsing_res_list = [
    { block_label: 'text', block_content: 'TOTAL 9.90\n\nCASH', block_bbox: [0, 0, 9, 9] },
  ];
  const page = { prunedResult: { parsing_res_list }, markdown: { text: 'TOTAL 9.90' } };
  expect(read({ layoutParsingResults: [page] })).toMatchObject({
    lines: [{ text: 'TOTAL 9.90' }, { text: 'CASH' }],
  });
});

it('takes no answer that is neither', () => {
  for (const answer of [null, {}, { ocrResults: null }, { layoutParsingResults: [{}] }])
    expect(pageResults.safeParse(answer).success).toBe(false);
});

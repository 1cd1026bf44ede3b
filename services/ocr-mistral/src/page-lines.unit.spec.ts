import type { OCRPageObject } from '@mistralai/mistralai/models/components';
import { ocrPageObjectFromJSON } from '@mistralai/mistralai/models/components';
import { expect, test } from 'vitest';
import { pageLines } from './page-lines.ts';

/** A page as the SDK reads it from the vendor's JSON, in the shape of its published description. */
function recorded(page: object): OCRPageObject {
  const whole = { index: 0, images: [], dimensions: { dpi: 200, width: 640, height: 1200 }, ...page };
  const parsed = ocrPageObjectFromJSON(JSON.stringify(whole));
  if (!parsed.ok) throw parsed.error;
  return parsed.value;
}
const block = (type: string, content: string, top: number, more = {}) => ({
  type,
  content,
  top_left_x: 40,
  top_left_y: top,
  bottom_right_x: 600,
  bottom_right_y: top + 30,
  ...more,
});
const words = (markdown: string, scored: [string, number][]) => {
  let from = 0;
  return scored.map(([text, confidence]) => {
    const start_index = markdown.indexOf(text, from);
    from = start_index + text.length;
    return { text, confidence, start_index };
  });
};

test('a line that is a block of its own has its box, lines of a larger block have none', () => {
  const markdown = '# ACME RETAIL\n\n12, Jalan Contoh\n12345 Rekaan\n\nTOTAL RM 9.54';
  const blocks = [
    block('title', '# ACME RETAIL', 20),
    block('text', '12, Jalan Contoh\n12345 Rekaan', 60),
    block('text', 'TOTAL RM 9.54', 900),
  ];
  expect(pageLines(recorded({ markdown, blocks }))).toEqual([
    { text: 'ACME RETAIL', box: [40, 20, 600, 50] },
    { text: '12, Jalan Contoh' },
    { text: '12345 Rekaan' },
    { text: 'TOTAL RM 9.54', box: [40, 900, 600, 930] },
  ]);
});

test('the same text twice has the box of its own place', () => {
  const blocks = [
    block('text', 'THANK YOU', 20),
    block('text', 'TOTAL 9', 60),
    block('text', 'THANK YOU', 700),
  ];
  const boxes = pageLines(recorded({ markdown: 'THANK YOU\n\nTOTAL 9\n\nTHANK YOU', blocks })).map(
    ({ box }) => box?.[1],
  );
  expect(boxes).toEqual([20, 60, 700]);
});

test('a block that the Markdown has not, a picture, and a type of next year are passed over', () => {
  const blocks = [
    block('header', 'page 1 of 2', 1),
    block('image', '', 10, { image_id: 'img-0.jpeg' }),
    block('barcode', '9 556001 234567', 20),
    block('text', 'TOTAL 9', 60),
  ];
  const lines = pageLines(recorded({ markdown: '![img-0.jpeg](img-0.jpeg)\n\nTOTAL 9', blocks }));
  expect(lines).toEqual([{ text: 'TOTAL 9', box: [40, 60, 600, 90] }]);
});

test('the confidence of a line is the mean of its words, and a line without any has none', () => {
  const markdown = '🧾 ACME\n| WIDGET | 9.00 |\n\nBYE';
  const counted = [...markdown].map((character) => (character === '🧾' ? 'x' : character)).join('');
  const word_confidence_scores = words(counted, [
    ['ACME', 0.5],
    ['\n| WIDGET', 0.8],
    ['9.00', 0.6],
  ]);
  const confidence_scores = {
    average_page_confidence_score: 0.7,
    minimum_page_confidence_score: 0.5,
    word_confidence_scores,
  };
  const lines = pageLines(recorded({ markdown, confidence_scores }));
  expect(lines[0]).toEqual({ text: '🧾 ACME', confidence: 0.5 });
  expect(lines[1]?.confidence).toBeCloseTo(0.7);
  expect(lines[2]).toEqual({ text: 'BYE' });
});

test('without words and blocks there are lines alone', () => {
  expect(pageLines(recorded({ markdown: 'TOTAL 9', blocks: null, confidence_scores: null }))).toEqual([
    { text: 'TOTAL 9' },
  ]);
});

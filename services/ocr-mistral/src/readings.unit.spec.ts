import { ocrResponseFromJSON } from '@mistralai/mistralai/models/components';
import { expect, test } from 'vitest';
import { readingsOf } from './readings.ts';

/** An answer as the SDK reads it from the vendor's JSON, in the shape of its published description. */
function recorded(answer: object) {
  const parsed = ocrResponseFromJSON(JSON.stringify({ model: 'mistral-ocr-4-1', ...answer }));
  if (!parsed.ok) throw parsed.error;
  return parsed.value;
}
const page = (index: number, markdown: string, more = {}) => ({
  index,
  markdown,
  images: [],
  dimensions: { dpi: 200, width: 1_000, height: 2_000 },
  ...more,
});
const corners = { top_left_x: 100, top_left_y: 200, bottom_right_x: 300, bottom_right_y: 400 };
const document_annotation = JSON.stringify({ receipts: [{ merchant: 'CAFE LUNA', total: 3.5 }] });
const prices = { 'mistral-ocr': { pages: '5/1000' } };

test('each page has its lines, its receipts, its size and its price', () => {
  const pages = [page(0, '# ACME\n\nTOTAL 9.54'), page(1, 'CAFE LUNA\n3.50')];
  const answer = recorded({ pages, document_annotation, usage_info: { pages_processed: 2 } });
  const common = { width: 1_000, height: 2_000, model: 'mistral-ocr-4-1', warnings: [] };
  const charged = { usage: { pages: 1 }, cost: { currency: 'USD', amount: '0.005' } };
  expect(readingsOf(answer, prices)).toMatchObject([
    { ...common, ...charged, lines: [{ text: 'ACME' }, { text: 'TOTAL 9.54' }], receipts: [] },
    {
      ...common,
      ...charged,
      markdown: 'CAFE LUNA\n3.50',
      receipts: [{ merchant: { value: 'CAFE LUNA' }, total: { value: '3.50' } }],
      raw: { index: 1, markdown: 'CAFE LUNA\n3.50' },
    },
  ]);
});

test('more pages that are charged than came back are not lost from the account', () => {
  const answer = recorded({ pages: [page(0, 'A'), page(1, 'B')], usage_info: { pages_processed: 5 } });
  expect(readingsOf(answer, prices).map(({ usage }) => usage?.pages)).toEqual([4, 1]);
});

test('boxes are in pixels of the picture that was sent', () => {
  const blocks = [{ type: 'text', content: 'TOTAL 9.54', ...corners }];
  const answer = recorded({ pages: [page(0, 'TOTAL 9.54', { blocks })], usage_info: { pages_processed: 1 } });
  const [reading] = readingsOf(answer, prices, { width: 500, height: 500 });
  expect(reading).toMatchObject({ width: 500, height: 500, lines: [{ box: [50, 50, 150, 100] }] });
});

test('a part that came back as a picture, as small handwriting does, is a warning with its place', () => {
  const images = [{ id: 'img-0.jpeg', ...corners, image_base64: null }];
  const markdown = 'ACME\n\n![img-0.jpeg](img-0.jpeg)\n\nTOTAL 9.54';
  const answer = recorded({
    pages: [page(0, markdown, { images })],
    document_annotation,
    usage_info: { pages_processed: 1 },
  });
  const [reading] = readingsOf(answer, prices, { width: 500, height: 1_000 });
  expect(reading?.warnings).toEqual([
    { code: 'region_not_read', message: expect.stringMatching(/picture/), region: [50, 100, 150, 200] },
  ]);
  expect(reading?.lines.map(({ text }) => text)).toEqual(['ACME', 'TOTAL 9.54']);
  expect(reading?.markdown).not.toContain('img-0');
});

test.each([null, 'no JSON'])(
  'with the annotation %j the text is read all the same, and a warning says so',
  (said) => {
    const answer = recorded({
      pages: [page(0, 'TOTAL 9.54')],
      document_annotation: said,
      usage_info: { pages_processed: 1 },
    });
    const [reading] = readingsOf(answer, prices);
    expect(reading).toMatchObject({
      lines: [{ text: 'TOTAL 9.54' }],
      warnings: [{ code: 'field_not_read' }],
    });
    expect(reading).not.toHaveProperty('receipts');
  },
);

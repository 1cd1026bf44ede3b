import type { PageReading } from '@inkstream/provider-kit';
import { generateDocument } from '@inkstream/testing';
import {
  mistral,
  mistralFailure,
  type ProviderDouble,
  startDouble,
} from '@inkstream/testing/provider-doubles';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { provider } from './provider.ts';

let double: ProviderDouble;
let pdf: Awaited<ReturnType<typeof generateDocument>>;
beforeEach(async () => {
  double = await startDouble(mistral);
  pdf = await generateDocument([{ seed: 103, layout: 'cafe-my' }, { seed: 104 }, { seed: 105 }], 'pdf');
});
afterEach(() => double.close());

/** What is read of the PDF, by page, and which pages were not. */
async function read(numbers: readonly number[]) {
  const definition = await provider.configure({
    MISTRAL_API_KEY: double.key ?? '',
    MISTRAL_BASE_URL: double.url,
  });
  if ('wants' in definition || 'module' in definition.engine) throw new Error('no engine');
  const pages = new Map<number, PageReading>();
  const failed: number[] = [];
  const reading = {
    signal: AbortSignal.timeout(60_000),
    selected: numbers,
    opened: () => numbers,
    pageRead: (number: number, page: PageReading) => void pages.set(number, page),
    pageFailed: (number: number) => void failed.push(number),
    note: () => ({ get: async () => null, set: async () => {} }),
    ofPages: <T>(_pages: readonly number[], work: () => Promise<T>) => work(),
    alive: () => {},
    call: <T>(call: () => Promise<T>) => call(),
  };
  await definition.engine.recognise({ bytes: pdf.image, mimeType: pdf.mimeType }, reading);
  return { pages, failed };
}

it('sends a PDF whole, once for several pages, and has each page in its place with its own receipt', async () => {
  const { pages } = await read([1, 2, 3]);
  expect(double.calls.map(({ kind }) => kind)).toEqual(['purchase']);
  const totals = [1, 2, 3].map((number) => pages.get(number)?.receipts?.map(({ total }) => total?.value));
  expect(totals).toEqual(pdf.truths.map(({ fields }) => [fields.total]));
  for (const page of pages.values()) {
    expect(page.cost).toEqual({ currency: 'USD', amount: '0.005' });
    expect(page.lines.some(({ box }) => box)).toBe(true);
    expect(page.lines.every(({ confidence = 0 }) => confidence > 0.5)).toBe(true);
  }
});

it('buys the pages alone that were asked for, in whatever order', async () => {
  const { pages } = await read([3, 1]);
  expect([...double.bought.keys()].map((hash) => hash.split('#')[1]).sort()).toEqual(['0', '2']);
  expect(pages.get(3)?.receipts?.[0]?.total?.value).toBe(pdf.truths[2]?.fields.total);
  expect(pages.get(1)?.receipts?.[0]?.total?.value).toBe(pdf.truths[0]?.fields.total);
});

it('asks for fewer pages at a time where it cannot read them together', async () => {
  double.fail(1, { kind: 'answer', status: 422, body: { detail: 'No.' } });
  const { pages, failed } = await read([1, 2, 3]);
  expect([[...pages.keys()].sort(), failed]).toEqual([[1, 2, 3], []]);
  expect([...double.bought.values()]).toEqual([1, 1, 1]);
});

it('has a PDF read page by page as pictures if the vendor calls it invalid, though it opens here', async () => {
  double.fail(1, {
    kind: 'answer',
    ...mistralFailure(400, 'document_parser_invalid_file', '3740', 'Invalid.'),
  });
  const { pages, failed } = await read([1, 2]);
  expect([[...pages.keys()].sort(), failed]).toEqual([[1, 2], []]);
  expect([...double.bought.keys()].filter((hash) => hash.includes('#'))).toEqual([]);
  expect(double.calls.map(({ status }) => status)).toEqual([400, 200, 200]);
  const totals = [1, 2].map((number) => pages.get(number)?.receipts?.[0]?.total?.value);
  expect(totals).toEqual(pdf.truths.slice(0, 2).map(({ fields }) => fields.total));
});

it('buys again only the pages that are missing in an answer', async () => {
  const page = { index: 1, markdown: 'PAGE TWO', images: [], dimensions: null };
  const body = {
    pages: [page, page],
    model: 'mistral-ocr-2512',
    document_annotation: null,
    usage_info: { pages_processed: 3, doc_size_bytes: 1 },
  };
  double.fail(1, { kind: 'answer', status: 200, body });
  const { pages, failed } = await read([1, 2, 3]);
  expect([[...pages.keys()].sort(), failed]).toEqual([[1, 2, 3], []]);
  expect(pages.get(2)?.lines).toEqual([{ text: 'PAGE TWO' }]);
  expect([...double.bought.keys()].map((hash) => hash.split('#')[1]).sort()).toEqual(['0', '2']);
});

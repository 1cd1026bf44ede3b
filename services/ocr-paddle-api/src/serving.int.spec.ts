import { readDocument, Secret } from '@inkstream/provider-kit';
import { type GeneratedReceipt, generateDocument, generateReceipt } from '@inkstream/testing';
import { type ProviderDouble, paddleServing, startDouble } from '@inkstream/testing/provider-doubles';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { provider } from './provider.ts';
import { readingOf } from './results.ts';
import { servingReader } from './serving.ts';

let double: ProviderDouble;
let receipt: GeneratedReceipt;
beforeEach(async () => {
  receipt = await generateReceipt({ seed: 103, width: 240 });
  double = await startDouble(paddleServing);
  await double.know(receipt.image, receipt.truth);
});
afterEach(() => double.close());

it.each(['/ocr', '/layout-parsing'])('reads a page by %s', async (path) => {
  const { read } = servingReader(
    new URL(`${double.url}${path}`),
    new Secret('PADDLE_OCR_API_KEY', 'test-key'),
  );
  const { image: bytes, truth } = receipt;
  const picture = { number: 1, bytes, mimeType: 'image/jpeg', ...truth.image } as const;
  const note = { get: async () => null, set: async () => {} };
  const reading = readingOf(await read(picture, { signal: AbortSignal.timeout(10_000), note }), picture);
  expect(reading.lines.map(({ text }) => text)).toEqual(truth.lines.map(({ text }) => text));
  expect(reading.markdown !== undefined).toBe(path === '/layout-parsing');
});

it('reads all pages of a document, of which a server by itself would read ten', async () => {
  const page = { seed: 103, width: 240 };
  const pages = Array.from({ length: 11 }, () => page);
  const { image: bytes, mimeType, truths } = await generateDocument(pages, 'tiff');
  const env = { PADDLE_OCR_ENDPOINT: `${double.url}/ocr`, PADDLE_OCR_API_KEY: 'test-key' };
  const definition = await provider.configure(env);
  if ('wants' in definition || !('recognise' in definition.engine)) expect.unreachable('it runs');
  const how = { signal: AbortSignal.timeout(50_000) };
  const read = await readDocument(definition.engine, { bytes, mimeType }, how);
  const linesOf = ({ lines }: { lines: readonly { text: string }[] }) => lines.map(({ text }) => text);
  expect(read.pages.map(linesOf)).toEqual(truths.map(linesOf));
  expect([...double.bought.values()]).toEqual([11]);
});

it('counts as well if it is healthy, or too old to say so, and buys nothing to know', async () => {
  const { probe } = servingReader(new URL(`${double.url}/ocr`), new Secret('PADDLE_OCR_API_KEY', 'test-key'));
  const signal = AbortSignal.timeout(10_000);
  await probe(signal);
  double.fail(1, { kind: 'answer', status: 404, body: { detail: 'Not Found' } }, 'probe');
  await probe(signal);
  double.fail(1, { kind: 'answer', status: 502, body: '<html>' }, 'probe');
  await expect(probe(signal)).rejects.toMatchObject({ code: 'provider_unavailable' });
  expect(double.calls.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
    'probe 200',
    'probe 404',
    'probe 502',
  ]);
});

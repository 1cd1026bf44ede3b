import { comparisonSchema, type Receipt, receiptSchema } from '@inkstream/contracts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { photo, type QueryApiFixture, startQueryApi } from '../spec-support/query-api-fixture.ts';

let query: QueryApiFixture;
beforeEach(async () => {
  query = await startQueryApi();
});
afterEach(() => query.stop());

const receipt = (total: string, confidence = 0.9): Receipt =>
  receiptSchema.parse({ pages: [1], total: { value: total, confidence } });
const result = (...receipts: Receipt[]): string =>
  JSON.stringify({
    schemaVersion: 2,
    markdown: '',
    text: '',
    pages: [],
    receipt: receipts[0] ?? null,
    receipts,
    warnings: [],
  });

/** Another execution of file 1, which ends with this result. */
async function readBy(provider: string, executionId: number, text: string) {
  await query.requestAgain(1, provider);
  await query.start(1, executionId);
  return query.complete(1, executionId, text);
}
const compare = async (path = '/ocr-jobs/1/files/1/comparison') => {
  const response = await query.get(path);
  const body = await response.json();
  expect(response.status, JSON.stringify(body)).toBe(200);
  expect(response.headers.get('cache-control')).toBe('private, no-cache');
  return comparisonSchema.strict().parse(body);
};

it('compares the latest completed execution of each provider that has read the file', async () => {
  await query.submit(1, [photo, photo]);
  await query.start(1, 1);
  await query.complete(1, 1, result(receipt('4.50')));
  await query.start(1, 2);
  await query.complete(1, 2, result(receipt('99.00')));
  await readBy('tesseract', 3, result(receipt('1.00')));
  await readBy('tesseract', 4, result(receipt('4.60', 0.5)));
  await readBy('mistral', 5, result(receipt('4.5')));
  await query.requestAgain(1, 'openai');

  const { executions, receipts } = await compare();
  expect(executions).toEqual([
    { id: 1, ocrProvider: 'paddle-ocr-local', model: 'm', receipts: 1 },
    { id: 4, ocrProvider: 'tesseract', model: 'm', receipts: 1 },
    { id: 5, ocrProvider: 'mistral', model: 'm', receipts: 1 },
  ]);
  expect(receipts).toMatchObject([
    {
      fields: [
        {
          name: 'total',
          differs: true,
          values: [
            { value: '4.50', by: [{ executionId: 1 }, { executionId: 5, value: '4.5' }] },
            { value: '4.60', by: [{ executionId: 4, ocrProvider: 'tesseract', confidence: 0.5 }] },
          ],
          consensus: { value: '4.50', providers: ['paddle-ocr-local', 'mistral'] },
        },
      ],
      items: null,
    },
  ]);
});

it('compares the first receipt of each, then the second, of those that found one', async () => {
  await query.submit(1);
  await query.start(1);
  await query.complete(1, 1, result(receipt('1.00'), receipt('2.00')));
  await readBy('tesseract', 2, result(receipt('1.00')));
  const { executions, receipts } = await compare();
  expect(executions.map((one) => one.receipts)).toEqual([2, 1]);
  expect(receipts.map(({ fields }) => fields[0]?.values.map(({ value, by }) => [value, by.length]))).toEqual([
    [['1.00', 2]],
    [['2.00', 1]],
  ]);
});

it('says of which execution the result is missing or damaged, and compares the others', async () => {
  await query.submit(1);
  await query.start(1);
  await query.objects.delete(await query.complete(1, 1, result(receipt('1.00'))));
  await readBy('tesseract', 2, '{"schemaVersion":2,"text":"TOTAL 4.50"}');
  await readBy('mistral', 3, result(receipt('2.00')));
  const { executions, receipts } = await compare();
  expect(executions.map(({ ocrProvider, receipts: found }) => [ocrProvider, found])).toEqual([
    ['paddle-ocr-local', null],
    ['tesseract', null],
    ['mistral', 1],
  ]);
  expect(receipts[0]?.fields[0]?.values).toHaveLength(1);
});

it('is empty while no provider has read the file', async () => {
  await query.submit(1);
  expect(await compare()).toEqual({ jobId: 1, fileId: 1, executions: [], receipts: [] });
});

it('is 404 for a file that is not there or is deleted, and 400 for what is no id', async () => {
  await query.submit(1, [photo, photo]);
  const none = new Map();
  await query.run(1, { type: 'DeleteFile', fileId: 2, executions: none, force: true, reason: 'asked' });
  for (const [path, status, details] of [
    ['1/files/2', 404, 'File 2 of job 1 does not exist'],
    ['1/files/3', 404, 'File 3 of job 1 does not exist'],
    ['9/files/1', 404, 'Job 9 does not exist'],
    ['1/files/x', 400, 'fileId: must be a positive integer'],
  ] as const) {
    const response = await query.get(`/ocr-jobs/${path}/comparison`);
    expect(await response.json()).toMatchObject({ statusCode: status, details });
  }
});

import { expect, test } from 'vitest';
import { publicHistoryData } from './public-history.ts';

test('the history shows clients no object keys', () => {
  const file = { id: 1, originalName: 'a.jpg', mimeType: 'image/jpeg', bytes: 3, sha256: 'ab' };
  const data = { name: 'Lunch', files: [{ ...file, storageKey: 'jobs/1/files/1' }] };
  expect(publicHistoryData({ data })).toEqual({ name: 'Lunch', files: [file] });
  const completed = { executionId: 1, attempt: 1, resultSha256: 'ab', pages: 1 };
  for (const name of ['resultKey', 'correctionKey'])
    expect(publicHistoryData({ data: { ...completed, [name]: 'jobs/1/x' } })).toEqual(completed);
});

test('the history shows clients no host names and no pids', () => {
  const started = { executionId: 1, attempt: 2 };
  expect(publicHistoryData({ data: { ...started, worker: 'machine-7:4711' } })).toEqual(started);
});

test('the history shows clients everything else as it is', () => {
  const data = { executionId: 1, error: { code: 'timeout', message: 'a key, a worker', retryable: true } };
  expect(publicHistoryData({ data })).toEqual(data);
});

import { expect, test } from 'vitest';
import { provider } from '../spec-support/provider.ts';
import type { StoredFile } from './file-storage.ts';
import { readForm } from './form.ts';
import { fingerprintOf, fingerprintOfJob, idempotencyKeyOf } from './idempotency.ts';

const file = (name: string, rest: Partial<StoredFile> = {}): StoredFile => ({
  name,
  bytes: 10,
  sha256: 'a'.repeat(64),
  mimeType: 'image/png',
  storageKey: 'jobs/1/files/1',
  ...rest,
});
const find = (name: string) => (name === 'missing' ? undefined : provider(name));
const one = readForm({ ocrProvider_0: 'x', jobName: 'Lunch' }, [file('a.png')], find);

test('each file is assigned the provider whose field has its position', () => {
  const fields = { ocrProvider_1: 'two', ocrProvider_0: 'one', colour: 'ignored' };
  const { files } = readForm(fields, [file('a.png'), file('b.png')], find);
  expect(files.map(({ name, provider }) => [name, provider])).toEqual([
    ['a.png', 'one'],
    ['b.png', 'two'],
  ]);
});

test('a job without a name is named after its first file', () => {
  expect(readForm({ ocrProvider_0: 'x' }, [file('a.png')], find).jobName).toBe('a.png');
  expect(one.jobName).toBe('Lunch');
});

test('the fingerprint of a job is that of the upload that it was made of, whatever came to it since', () => {
  const document = { mimeType: 'image/png', bytes: 10, sha256: 'a'.repeat(64), storageKey: 'jobs/u/files/1' };
  const job = {
    status: 'open',
    uid: 'u',
    tenant: 'default',
    name: 'Lunch',
    files: [{ ...document, id: 1, originalName: 'a.png', deleted: true }],
    executions: [
      { id: 1, fileId: 1, provider: 'x' },
      { id: 2, fileId: 1, provider: 'y' },
    ],
  } as const;
  expect(fingerprintOfJob(job)).toBe(fingerprintOf(one));
});

test('what is wrong with the form is told before what is wrong with a file', () => {
  const text = file('a.txt', { mimeType: null });
  expect(() => readForm({ ocrProvider_0: 'missing' }, [text], find)).toThrow(
    "Provider 'missing' is not available",
  );
});

test('the fingerprint tells uploads apart by job name, file name, content and provider, and by nothing else', () => {
  const variants = [
    one,
    readForm({ ocrProvider_0: 'x', jobName: 'Dinner' }, [file('a.png')], find),
    readForm({ ocrProvider_0: 'y', jobName: 'Lunch' }, [file('a.png')], find),
    readForm({ ocrProvider_0: 'x', jobName: 'Lunch' }, [file('b.png')], find),
    readForm({ ocrProvider_0: 'x', jobName: 'Lunch' }, [file('a.png', { sha256: 'b'.repeat(64) })], find),
  ];
  expect(new Set(variants.map(fingerprintOf)).size).toBe(variants.length);
  const elsewhere = readForm(
    { ocrProvider_0: 'x', jobName: 'Lunch' },
    [file('a.png', { storageKey: 'jobs/9/files/1' })],
    find,
  );
  expect(fingerprintOf(elsewhere)).toBe(fingerprintOf(one));
});

test('an idempotency key is 1 to 255 visible characters, or absent', () => {
  expect(idempotencyKeyOf(undefined)).toBeNull();
  expect(idempotencyKeyOf('x'.repeat(255))).toBe('x'.repeat(255));
  for (const bad of ['', 'x'.repeat(256), 'a b', 'é', ['a', 'b']])
    expect(() => idempotencyKeyOf(bad)).toThrow('Idempotency-Key');
});

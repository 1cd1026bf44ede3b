import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { provider } from '../spec-support/provider.ts';
import type { StoredFile } from './file-storage.ts';
import { readForm } from './form.ts';
import { fingerprintOf, fingerprintOfJob, idempotencyKeyOf } from './idempotency.ts';
import type { Fields } from './multipart.ts';

const file = (name: string, rest: Partial<StoredFile> = {}): StoredFile => ({
  name,
  bytes: 10,
  sha256: 'a'.repeat(64),
  mimeType: 'image/png',
  storageKey: 'jobs/1/files/1',
  ...rest,
});
/** Providers of any name but `missing`; `ex` is an alias of `x`. */
const known = {
  find: (name: string) => (name === 'missing' ? undefined : provider(name === 'ex' ? 'x' : name)),
  list: () => [provider('x')],
};
const read = (fields: Fields, files: readonly StoredFile[], maxExecutions = 10) =>
  readForm(fields, files, known, { maxExecutions, secrets: [new Uint8Array(32)] });
const one = read({ ocrProvider_0: 'x', jobName: 'Lunch' }, [file('a.png')]);

test('each file is assigned the provider whose field has its position', () => {
  const fields = { ocrProvider_1: 'two', ocrProvider_0: 'one', colour: 'ignored' };
  const { files } = read(fields, [file('a.png'), file('b.png')]);
  expect(files.map(({ name, providers }) => [name, providers])).toEqual([
    ['a.png', ['one']],
    ['b.png', ['two']],
  ]);
});

test('a job without a name is named after its first file', () => {
  expect(read({ ocrProvider_0: 'x' }, [file('a.png')]).jobName).toBe('a.png');
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
    submitted: 1,
  } as const;
  expect(fingerprintOfJob(job)).toBe(fingerprintOf(one));
  const both = read({ ocrProvider_0: 'x,y', jobName: 'Lunch' }, [file('a.png')]);
  expect(fingerprintOfJob({ ...job, submitted: 2 })).toBe(fingerprintOf(both));
  const executions = [{ id: 1, fileId: 1, provider: 'x', pages: [2, 3] }];
  const some = read({ ocrProvider_0: 'x', pages_0: '2-3', jobName: 'Lunch' }, [file('a.png')]);
  expect(fingerprintOfJob({ ...job, executions })).toBe(fingerprintOf(some));
});

test('the fingerprint of an upload with one provider for each file is that of releases that knew no other', () => {
  const before = JSON.stringify(['Lunch', ['a.png', 'a'.repeat(64), 'x']]);
  expect(fingerprintOf(one)).toBe(createHash('sha256').update(before).digest('hex'));
});

test('a file may be assigned several providers, by name or alias, and some of its pages', () => {
  const fields = { ocrProvider_0: 'y , ex', pages_0: '1-2,7', ocrProvider_1: 'z' };
  expect(read(fields, [file('a.png'), file('b.png')]).files).toMatchObject([
    { providers: ['y', 'x'], pages: [1, 2, 7] },
    { providers: ['z'], pages: undefined },
  ]);
});

test.each([
  [{ ocrProvider_0: 'x,y,missing' }, "Provider 'missing' is not available; these are: x"],
  [{ ocrProvider_0: 'x,y,x' }, "Field 'ocrProvider_0' names provider 'x' twice"],
  [{ ocrProvider_0: 'x,ex' }, "Field 'ocrProvider_0' names provider 'x' twice"],
  [{ ocrProvider_0: 'x,,y' }, "Field 'ocrProvider_0' has an empty name"],
  [{ ocrProvider_0: ',' }, "Field 'ocrProvider_0' has an empty name"],
  [{ ocrProvider_0: 'x', pages_0: '0-3' }, "pages_0: '0-3' is neither a page nor a range of pages"],
  [{ ocrProvider_0: 'x', pages_0: ['1', '2'] }, "Field 'pages_0' comes more than once; send it once"],
  [{ ocrProvider_0: 'x', pages_1: '1' }, "Field 'pages_1' belongs to no file; there are 1"],
  [{ ocrProvider_0: 'x', pages_x: '1' }, "Field 'pages_x' belongs to no file"],
  [{ ocrProvider_0: 'x', password: 'x' }, "Field 'password' belongs to no file; there are 1, counted from 0"],
  [
    { ocrProvider_0: 'a,b,c,d' },
    'The upload asks for 4 executions, one for each provider of each file; it may',
  ],
])('%j is refused', (fields: Fields, details) => {
  expect(() => read(fields, [file('a.png')], 3)).toThrow(details);
});

test('what is wrong with the form is told before what is wrong with a file', () => {
  const text = file('a.txt', { mimeType: null });
  expect(() => read({ ocrProvider_0: 'missing' }, [text])).toThrow("Provider 'missing' is not available");
});

test('the fingerprint tells uploads apart by job name, file name, content, providers and pages, and by nothing else', () => {
  const variants = [
    one,
    read({ ocrProvider_0: 'x', jobName: 'Dinner' }, [file('a.png')]),
    read({ ocrProvider_0: 'y', jobName: 'Lunch' }, [file('a.png')]),
    read({ ocrProvider_0: 'x,y', jobName: 'Lunch' }, [file('a.png')]),
    read({ ocrProvider_0: 'y,x', jobName: 'Lunch' }, [file('a.png')]),
    read({ ocrProvider_0: 'x', pages_0: '1', jobName: 'Lunch' }, [file('a.png')]),
    read({ ocrProvider_0: 'x', jobName: 'Lunch' }, [file('b.png')]),
    read({ ocrProvider_0: 'x', jobName: 'Lunch' }, [file('a.png', { sha256: 'b'.repeat(64) })]),
  ];
  expect(new Set(variants.map(fingerprintOf)).size).toBe(variants.length);
  const elsewhere = read({ ocrProvider_0: 'x', jobName: 'Lunch' }, [
    file('a.png', { storageKey: 'jobs/9/files/1' }),
  ]);
  expect(fingerprintOf(elsewhere)).toBe(fingerprintOf(one));
});

test('what an upload asks for is kept within what one append takes, whatever the configuration allows', () => {
  const files = Array.from({ length: 501 }, (_, index) =>
    file(`${index}.pdf`, { mimeType: 'application/pdf' }),
  );
  const asking = (fields: (index: number) => Fields, count: number) =>
    read(
      Object.assign({}, ...files.slice(0, count).map((_, index) => fields(index))),
      files.slice(0, count),
      10_000,
    );
  const twice = (index: number) => ({ [`ocrProvider_${index}`]: 'x,y' });
  expect(asking(twice, 500).files).toHaveLength(500);
  expect(() => asking(twice, 501)).toThrow(
    'asks for 1002 executions, one for each provider of each file; it may',
  );
  const paged = (index: number) => ({ ...twice(index), [`pages_${index}`]: '1-50' });
  expect(asking(paged, 100).files).toHaveLength(100);
  expect(() => asking(paged, 101)).toThrow(
    'selects 10100 pages, counted for each provider of each file; it may',
  );
});

test('an idempotency key is 1 to 255 visible characters, or absent', () => {
  expect(idempotencyKeyOf(undefined)).toBeNull();
  expect(idempotencyKeyOf('x'.repeat(255))).toBe('x'.repeat(255));
  for (const bad of ['', 'x'.repeat(256), 'a b', 'é', ['a', 'b']])
    expect(() => idempotencyKeyOf(bad)).toThrow('Idempotency-Key');
});

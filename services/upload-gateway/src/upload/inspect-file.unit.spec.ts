import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { mailOf, pngBomb } from '@inkstream/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jpeg, pdf } from '../spec-support/documents.ts';
import { inspectFile } from './inspect-file.ts';

async function inspect(chunks: readonly Uint8Array[]) {
  const passed: Uint8Array[] = [];
  const inspection = inspectFile(Readable.from(chunks));
  for (;;) {
    const next = await inspection.next();
    if (next.done) return { ...next.value, passed: Buffer.concat(passed) };
    passed.push(next.value);
  }
}

test('whatever the chunks, the bytes pass unchanged, counted and hashed', async () => {
  const chunk = fc.uint8Array({ maxLength: 3_000 });
  await fc.assert(
    fc.asyncProperty(fc.array(chunk, { maxLength: 6 }), async (chunks) => {
      const whole = Buffer.concat(chunks);
      const { passed, bytes, sha256 } = await inspect(chunks);
      expect(passed.equals(whole)).toBe(true);
      expect(bytes).toBe(whole.byteLength);
      expect(sha256).toBe(createHash('sha256').update(whole).digest('hex'));
    }),
    { numRuns: 50 },
  );
});

test('the type is read from the first bytes, though they come one by one', async () => {
  const bytes = [...jpeg(20)].map((byte) => Uint8Array.of(byte));
  expect((await inspect(bytes)).mimeType).toBe('image/jpeg');
  expect((await inspect([pdf()])).mimeType).toBe('application/pdf');
});

test('bytes of no known type have none', async () => {
  expect((await inspect([])).mimeType).toBeNull();
  expect((await inspect([Buffer.of(0, 1, 2, 3)])).mimeType).toBeNull();
});

test.each([
  ['a receipt', 'text/plain'],
  ['é'.repeat(3_000), 'text/plain'],
  ['\n<!DOCTYPE html><title>x</title>', 'text/html'],
  ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml'],
])('texts are known, to say what they are: %j', async (text, type) => {
  expect((await inspect([Buffer.from(text)])).mimeType).toBe(type);
});

test('a mail is known by its header, of whose fields no more is read', async () => {
  const mail = mailOf([{ type: 'text/plain', content: 'a receipt' }]);
  expect((await inspect([mail])).mimeType).toBe('message/rfc822');
  const short = Buffer.from('From: a@example.com\r\nSubject: b\r\n\r\n%PDF-1.4');
  expect((await inspect([short])).mimeType).toBe('message/rfc822');
  const large = mailOf([{ type: 'application/pdf', content: new Uint8Array(9_000) }]);
  expect((await inspect([large.subarray(0, 700), large.subarray(700)])).mimeType).toBe('message/rfc822');
});

test('an animated PNG is a PNG, and HEIF is HEIC', async () => {
  const header = `\x89PNG\r\n\x1a\n\0\0\0\rIHDR${'\0'.repeat(17)}`;
  const animated = Buffer.from(`${header}\0\0\0\x08acTL${'\0'.repeat(12)}`, 'latin1');
  expect((await inspect([animated])).mimeType).toBe('image/png');
  const heif = Buffer.from('\0\0\0\x18ftypmif1\0\0\0\0mif1heic', 'latin1');
  expect((await inspect([heif])).mimeType).toBe('image/heic');
});

test('the size of a picture is read from its header, if that is whole', async () => {
  expect((await inspect([pngBomb().bytes])).size).toEqual({ width: 30_000, height: 30_000 });
  expect((await inspect([pngBomb().bytes.subarray(0, 12)])).size).toBeUndefined();
  expect((await inspect([pdf()])).size).toBeUndefined();
});

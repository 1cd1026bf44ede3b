import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainText, safeFileName } from './names.ts';

test.each([
  ['receipt.jpg', 'receipt.jpg'],
  ['Rechnung Müller.pdf', 'Rechnung Müller.pdf'],
  ['レシート🧾.png', 'レシート🧾.png'],
  ['Mu\u0308ller.pdf', 'Müller.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\me\\scan.tiff', 'scan.tiff'],
  ['/', 'file'],
  ['..', 'file'],
  ['a/..', 'file'],
  ['. .', 'file'],
  ['', 'file'],
  [' \t ', 'file'],
  ['a\r\nSet-Cookie: x=1.jpg', 'aSet-Cookie: x=1.jpg'],
  ['a\u0000.jpg', 'a.jpg'],
  ['invoice\u202egpj.exe', 'invoicegpj.exe'],
  ['\ufeffa.jpg', 'a.jpg'],
  ['bad\ud800.jpg', 'bad\ufffd.jpg'],
  ['.hidden', '.hidden'],
])('the name %j is kept as %j', (given, kept) => {
  expect(safeFileName(given)).toBe(kept);
});

test('a long name is cut to 255 bytes, between characters, and keeps its extension', () => {
  const name = safeFileName(`${'🧾'.repeat(100)}.jpeg`);
  expect(name).toMatch(/^(🧾)+\.jpeg$/u);
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
  expect(Buffer.byteLength(name)).toBeGreaterThan(250);
});

test('an extension that is all of a long name is cut as well', () => {
  expect(safeFileName(`a.${'x'.repeat(400)}`)).toHaveLength(255);
});

test('whatever is given, a name is never empty, never a path, and stays the same when it is made safe again', () => {
  const tricky = fc.constantFrom('.', ' ', '/', 'a', 'e', '\u0308', '\u202e', '🧾');
  const any = fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code));
  fc.assert(
    fc.property(fc.array(fc.oneof(tricky, any), { maxLength: 400 }), (characters) => {
      const name = safeFileName(characters.join(''));
      expect(name).not.toBe('');
      expect(name).not.toMatch(/[/\\\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(safeFileName(name)).toBe(name);
    }),
  );
});

test('plain text keeps joiners, which scripts and emoji need', () => {
  expect(plainText('👩‍🍳 می‌خواهم')).toBe('👩‍🍳 می‌خواهم');
});

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newProvider } from './new-provider.ts';

describe('a new provider', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'inkstream-new-'));
    mkdirSync(join(root, 'services'));
    writeFileSync(join(root, 'package.json'), '{"version": "1.2.3"}');
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const textOf = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
      .join('\n');

  it('has its own name everywhere, as each place writes it, and the version of the rest', () => {
    expect(newProvider(root, 'foo-ocr-bar')).toBe('services/ocr-foo-bar');
    const text = textOf('services/ocr-foo-bar');
    expect(text).not.toMatch(/acme/i);
    expect(text).toContain('"name": "@inkstream/ocr-foo-bar"');
    expect(text).toContain('"version": "1.2.3"');
    expect(text).toContain("name: 'foo-ocr-bar'");
    expect(text).toContain("apiKey('FOO_OCR_BAR_API_KEY')");
    expect(text).toContain('export const fooOcrBarVendor: Vendor');
    expect(text).toContain("vendor: 'Foo Ocr Bar'");
  });

  it('is not made under a name that is none, nor twice', () => {
    for (const name of ['', 'Foo', '9', 'a b', 'a--b', 'a-', '../a', 'x'.repeat(51)])
      expect(() => newProvider(root, name), name).toThrow('is no name for a provider');
    newProvider(root, 'foo');
    expect(() => newProvider(root, 'foo')).toThrow('services/ocr-foo is there already');
    expect(readdirSync(join(root, 'services'))).toEqual(['ocr-foo']);
  });
});

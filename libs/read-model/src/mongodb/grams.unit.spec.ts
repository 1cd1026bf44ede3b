import fc from 'fast-check';
import { BSON } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { job } from '../contract/subject.ts';
import { gramsOf, gramsToFind } from './grams.ts';
import { toJobDocument } from './job-document.ts';

describe('the grams of a text', () => {
  it('are FNV-1a hashes, folded to 16 bits', () => {
    // The published vectors for "a" and "foobar" are 0xe40c292c and 0xbf9cf968.
    expect(gramsOf('a')).toEqual([0xe40c ^ 0x292c]);
    expect(gramsOf('')).toEqual([]);
    expect(gramsOf('abc')).toHaveLength(6);
  });

  it('have in them those of everything that the text contains', () => {
    const unit = fc.nat(0xd7ff).map((code) => String.fromCharCode(code));
    const part = fc.string({ unit, maxLength: 20 });
    fc.assert(
      fc.property(part, fc.string({ unit, minLength: 1, maxLength: 255 }), part, (a, key, b) => {
        const asked = gramsToFind(key);
        expect(asked.length).toBeGreaterThan(0);
        expect(asked.length).toBeLessThanOrEqual(8);
        const all = new Set(gramsOf(a + key + b));
        expect(asked.every((gram) => all.has(gram))).toBe(true);
      }),
    );
  });

  it('leave few other texts to compare', () => {
    const [asked, ...others] = Array.from({ length: 1_000 }, (_, n) => `RECEIPT-${n * 7_919}.JPG`);
    const having = gramsToFind(asked ?? '').map(
      (gram) => others.filter((one) => gramsOf(one).includes(gram)).length,
    );
    expect(Math.min(...having)).toBeLessThan(50);
  });
});

describe('the document of a job', () => {
  it('stays below the 16 MB and the 100,000 index keys of MongoDB for 500 files with the longest names', () => {
    const [file] = job(1).files;
    if (!file) throw new Error('A job has a file');
    // Each piece of these names is another one; NFKC makes 18 characters of the ligature, more than of any other.
    const name = (n: number) =>
      `\ufdfa${String.fromCharCode(...Array.from({ length: 254 }, (_, i) => 0x4e00 + ((n * 254 + i * i) % 20_000)))}`;
    const files = Array.from({ length: 500 }, (_, n) => ({
      ...file,
      id: n + 1,
      originalName: name(n),
    }));
    const document = toJobDocument(job(1, { files }), 1);
    expect(BSON.calculateObjectSize(document)).toBeLessThan(2_000_000);
    expect(document.grams.length).toBeLessThanOrEqual(65_536);
  });
});

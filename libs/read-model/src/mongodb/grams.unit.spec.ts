import fc from 'fast-check';
import { BSON, ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { view } from '../contract/subject.ts';
import { gramsOf, gramsToFind } from './grams.ts';
import { toDocument } from './job-document.ts';

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
    const grams = gramsToFind(asked ?? '');
    const similar = others.filter((one) => {
      const all = new Set(gramsOf(one));
      return grams.every((gram) => all.has(gram));
    });
    expect(similar.length).toBeLessThan(50);
  });
});

describe('the document of a job', () => {
  it('stays below the 16 MB and the 100,000 index keys of MongoDB for 500 files with the longest names', () => {
    const [file] = view(1).files;
    if (!file) throw new Error('A view has a file');
    const execution = {
      status: 'failed' as const,
      ocrProvider: 'paddle-ocr-local',
      attempt: 5,
      result: null,
      error: { code: 'corrupt_document' as const, message: 'x'.repeat(500) },
      createdAt: file.storageKey,
      updatedAt: file.storageKey,
    };
    // Each piece of these names is another one; NFKC makes 18 characters of the ligature, more than of any other.
    const name = (n: number) =>
      `\ufdfa${String.fromCharCode(...Array.from({ length: 254 }, (_, i) => 0x4e00 + ((n * 254 + i * i) % 20_000)))}`;
    const files = Array.from({ length: 500 }, (_, n) => ({
      ...file,
      id: n + 1,
      originalName: name(n),
      executions: Array.from({ length: 10 }, (_, id) => ({ ...execution, id })),
    }));
    const document = toDocument(view(1, { files }), new ObjectId());
    expect(BSON.calculateObjectSize(document)).toBeLessThan(10_000_000);
    expect(document.grams.length).toBeLessThanOrEqual(65_536);
  });
});

import { describe, expect, it } from 'vitest';
import { isSoftDeleted, retentionOf, softDeletion, truncation } from './stream-metadata.ts';

const text = (data: Uint8Array) => Buffer.from(data).toString('utf8');
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('stream metadata', () => {
  it('writes a deletion as the largest 64-bit number, to the digit, and nothing else', () => {
    const { data } = softDeletion('id');
    expect(text(data)).toBe('{"$tb":9223372036854775807}');
    expect(isSoftDeleted(retentionOf(data))).toBe(true);
  });

  it('is revived by a truncation', () => {
    const { data } = truncation('id', 4, softDeletion('id').data);
    expect(JSON.parse(text(data))).toEqual({ $tb: 4 });
    expect(isSoftDeleted(retentionOf(data))).toBe(false);
  });

  it('4.3 limits nothing if it is missing, no JSON, or makes no sense', () => {
    const nothing = { truncateBefore: 0, maxCount: Infinity, maxAgeMs: Infinity };
    const senseless = [
      { $tb: 'x', $maxCount: -1, $maxAge: null },
      { $tb: 2.5, $maxCount: 0, $maxAge: 0 },
      { $tb: -1, $maxCount: '2' },
    ].map(json);
    for (const data of [undefined, Buffer.from('{'), json(null), json('x'), ...senseless]) {
      expect(retentionOf(data)).toEqual(nothing);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { isSoftDeleted, retentionOf, softDeletion, truncation } from './stream-metadata.ts';

const text = (data: Uint8Array) => Buffer.from(data).toString('utf8');
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('stream metadata', () => {
  it('writes a deletion as the largest 64-bit number, to the digit, and keeps the other fields', () => {
    expect(text(softDeletion('id', undefined).data)).toBe('{"$tb":9223372036854775807}');
    const { data } = softDeletion('id', json({ $tb: 3, $maxCount: 9, ours: [1] }));
    expect(text(data)).toBe('{"$tb":9223372036854775807,"$maxCount":9,"ours":[1]}');
    expect(isSoftDeleted(retentionOf(data))).toBe(true);
  });

  it('is revived by a truncation', () => {
    const deleted = softDeletion('id', json({ ours: 1 }));
    const { data } = truncation('id', 4, deleted.data);
    expect(JSON.parse(text(data))).toEqual({ $tb: 4, ours: 1 });
    expect(isSoftDeleted(retentionOf(data))).toBe(false);
  });

  it('limits nothing where it is missing, no JSON, or makes no sense', () => {
    const nothing = { truncateBefore: 0, maxCount: Infinity, maxAgeMs: Infinity };
    const senseless = json({ $tb: 'x', $maxCount: -1, $maxAge: null });
    for (const data of [undefined, Buffer.from('{'), json(null), json('x'), senseless]) {
      expect(retentionOf(data)).toEqual(nothing);
    }
  });
});

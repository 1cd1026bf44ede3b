import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';

const list = ['default', 'name', 'asc'];

describe('cursors', () => {
  it('come back as they went, whatever text they hold', () => {
    const position = { after: ['領収書 "1"', 7], skip: 3 };
    const cursor = encodeCursor(list, position);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor(list, cursor, ['string', 'number'])).toEqual(position);
  });

  it('are refused if they are of another list, or none', () => {
    const cursor = encodeCursor(list, { after: ['a', 7], skip: 0 });
    const named = expect.objectContaining({ name: 'InvalidCursorError' });
    expect(() => decodeCursor(['other', 'name', 'asc'], cursor, ['string', 'number'])).toThrow(named);
    for (const other of ['', 'x', '%', Buffer.from('null').toString('base64url'), `x${cursor}`])
      expect(() => decodeCursor(list, other, ['string', 'number'])).toThrow(named);
    for (const [after, skip] of [
      [['a'], 0],
      [['a', '7'], 0],
      [['a', 7], -1],
      [['a', 7], 0.5],
    ] as const)
      expect(() => decodeCursor(list, encodeCursor(list, { after, skip }), ['string', 'number'])).toThrow(
        named,
      );
  });
});

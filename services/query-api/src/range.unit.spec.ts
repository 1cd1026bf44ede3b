import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askedRange } from './range.ts';

const ETAG = '"v1"';
const asked = (range: string | undefined, bytes = 100, ifRange?: string) =>
  askedRange(range, ifRange, bytes, ETAG);

describe('askedRange', () => {
  it('is the whole if nothing is asked, or what is asked cannot be read', () => {
    for (const range of [
      undefined,
      '',
      'bytes',
      'bytes=',
      'bytes=a-b',
      'bytes=9-1',
      'bytes=--1',
      'seconds=0-1',
    ])
      expect(asked(range)).toBe('whole');
  });

  it('is the whole for several ranges, and the one that there is of several', () => {
    expect(asked('bytes=0-1,3-4')).toBe('whole');
    expect(asked('bytes=0-1,200-')).toEqual({ start: 0, end: 1 });
  });

  it('is unsatisfiable if no byte lies in it', () => {
    expect(asked('bytes=100-')).toBe('unsatisfiable');
    expect(asked('bytes=-0')).toBe('unsatisfiable');
    expect(asked('bytes=0-', 0)).toBe('unsatisfiable');
  });

  it('is the whole of another version than the one that If-Range names', () => {
    expect(asked('bytes=0-1', 100, ETAG)).toEqual({ start: 0, end: 1 });
    for (const other of ['"v2"', `W/${ETAG}`, '', 'Tue, 24 Nov 2026 18:00:00 GMT'])
      expect(asked('bytes=0-1', 100, other)).toBe('whole');
  });

  it('never leads outside the body, whatever is asked', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^bytes=[0-9,\- ]{0,20}$/));
    fc.assert(
      fc.property(text, fc.nat(200), (range, bytes) => {
        const part = asked(range, bytes);
        if (typeof part === 'string') return;
        expect(part.start).toBeGreaterThanOrEqual(0);
        expect(part.end).toBeGreaterThanOrEqual(part.start);
        expect(part.end).toBeLessThan(bytes);
      }),
    );
  });
});

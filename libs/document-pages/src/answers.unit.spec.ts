import { describe, expect, test } from 'vitest';
import { openedOf, pageOf, pictureOf } from './answers.ts';
import { FrameReader, frameStart } from './frames.ts';
import { defaultLimits as limits } from './limits.ts';

const frame = (head: unknown, bytes = 0) => ({ head, body: new Uint8Array(bytes) });

describe('a decoder is not trusted', () => {
  test.each<[string, unknown, number]>([
    ['fewer bytes than pixels', { width: 10, height: 10 }, 99],
    ['more bytes than pixels', { width: 10, height: 10 }, 101],
    ['no pixels', { width: 0, height: 0 }, 0],
    ['fractions of pixels', { width: 0.5, height: 20 }, 10],
    ['sizes below zero', { width: -2, height: -5 }, 10],
    ['sizes in words', { width: '10', height: '10' }, 100],
    ['no object', 'page', 0],
    ['an error of no known code', { error: { code: 'rate_limited', message: 'Wait' } }, 0],
    ['an error with bytes of a document', { error: { code: 'corrupt_document', message: '\u001b[2J' } }, 0],
  ])('about a page of %s', (_, head, bytes) => {
    expect(() => pageOf(frame(head, bytes), limits, 1)).toThrow('its decoder answered garbage');
  });

  test('about a page beyond the limits', () => {
    const page = frame({ width: 100_000, height: 1 }, 100_000);
    expect(() => pageOf(page, { ...limits, maxPagePixels: 99_999 }, 1)).toThrow(
      'its decoder answered garbage',
    );
  });

  const webp = Buffer.from('RIFF\x04\0\0\0WEBPVP8 ', 'latin1');
  test.each<[string, unknown, Uint8Array]>([
    ['no WebP', { width: 10, height: 10 }, Buffer.from('<html>RIFF')],
    ['no bytes', { width: 10, height: 10 }, new Uint8Array()],
    ['more width than was asked for', { width: 101, height: 10 }, webp],
    ['more height than there can be', { width: 10, height: 16_384 }, webp],
    ['no width', { width: 0, height: 10 }, webp],
    ['no size', {}, webp],
  ])('about a picture of %s', (_, head, body) => {
    const asked = { width: 100, turn: 0 } as const;
    expect(pictureOf({ head: { width: 100, height: 9 }, body: webp }, asked)).toMatchObject({ width: 100 });
    expect(() => pictureOf({ head, body }, asked)).toThrow('its decoder answered garbage');
  });

  test.each([51, 1e9, -1, 0.5, '2', undefined])('that a document has %s pages', (pageCount) => {
    expect(() => openedOf(frame({ pageCount }), limits)).toThrow();
  });
});

describe('frames', () => {
  const bytes = Buffer.concat([frameStart({ width: 2 }, 3), Buffer.from('abc'), frameStart({ ready: true })]);

  test.each([1, 2, 7, 1000])('come whole out of chunks of %i bytes', (size) => {
    const reader = new FrameReader(3);
    const frames = [];
    for (let i = 0; i < bytes.length; i += size) frames.push(...reader.push(bytes.subarray(i, i + size)));
    expect(frames.map(({ head, body }) => [head, Buffer.from(body).toString()])).toEqual([
      [{ width: 2 }, 'abc'],
      [{ ready: true }, ''],
    ]);
  });

  test.each([
    ['longer than is allowed', frameStart({}, 4)],
    ['whose JSON is longer than any of ours', frameStart('x'.repeat(5000))],
    ['that is not JSON', Buffer.from('\x01\0\0\0\0\0\0\0}')],
    ['that is empty', Buffer.alloc(9)],
  ])('one %s is refused', (_, chunk) => {
    expect(() => [...new FrameReader(3).push(chunk)]).toThrow();
  });
});

import { BOUNDARY, multipart, type RawPart } from '@inkstream/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundaryOf, PartHeaders } from './part-headers.ts';

/** What becomes of a body that comes in pieces that end at these places. */
function rewritten(body: Buffer, ends: readonly number[] = []): Buffer {
  const headers = new PartHeaders(BOUNDARY);
  const places = [0, ...ends.toSorted((a, b) => a - b), body.length];
  const pieces = places.slice(1).map((end, index) => headers.push(body.subarray(places[index], end)));
  return Buffer.concat([...pieces, headers.end()]);
}
const part = (disposition: string, body: RawPart['body'] = 'x'): RawPart => ({
  headers: [`Content-Disposition: form-data; ${disposition}`],
  body,
});

test.each([
  [`name="file"; filename*="UTF-8''a.png"`, `name="file"; filename*=UTF-8''a.png`],
  [`name="file"; FILENAME* = "UTF-8''a.png"`, `name="file"; FILENAME* = UTF-8''a.png`],
  [`name="filename*=\\"UTF-8''a.png\\""`, `name="filename*=\\"UTF-8''a.png\\""`],
  [`name="; filename*="; filename="a.png"`, `name="; filename*="; filename="a.png"`],
  [`name="file"; filename="Müller €.png"`, `name="file"; filename="Müller €.png"`],
])('the head %s is passed on as %s', (given, passed) => {
  expect(rewritten(multipart([part(given)]))).toEqual(multipart([part(passed)]));
});

test('a head in ISO 8859-1 is passed on in UTF-8', () => {
  const body = Buffer.from(multipart([part('name="file"; filename="Müller.png"')]).toString(), 'latin1');
  expect(rewritten(body)).toEqual(multipart([part('name="file"; filename="Müller.png"')]));
});

const piece = fc.constantFrom(
  '\r',
  '\n',
  '\r\n',
  '-',
  '--',
  BOUNDARY,
  `\r\n--${BOUNDARY}`,
  '\xfc',
  '"',
  'filename*="a"',
);
const content = fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 30 });

test('whatever else a body holds comes out as it went in', () => {
  fc.assert(
    fc.property(content, (pieces) => {
      const text = pieces.join('').replaceAll(`\r\n--${BOUNDARY}\r\n`, '');
      const body = multipart([part('name="file"; filename="a.png"', Buffer.from(text, 'latin1'))]);
      expect(rewritten(body)).toEqual(body);
    }),
  );
});

test('however a body is cut into chunks, the same comes out', () => {
  const cut = fc.array(fc.nat(2_000), { maxLength: 12 });
  fc.assert(
    fc.property(content, content, cut, (preamble, pieces, cuts) => {
      const good = multipart([part(`name="file"; filename*="UTF-8''a.png"`, pieces.join(''))]);
      const body = Buffer.concat([Buffer.from(preamble.join(''), 'latin1'), good]);
      const ends = cuts.map((end) => Math.min(end, body.length));
      expect(rewritten(body, ends)).toEqual(rewritten(body));
    }),
  );
});

test('a head without an end is held no longer than the longest that there may be', () => {
  const headers = new PartHeaders(BOUNDARY);
  headers.push(Buffer.from(`--${BOUNDARY}\r\n`));
  let passed = 0;
  for (let sent = 0; sent < 1_000_000; sent += 1_000) {
    passed += headers.push(Buffer.alloc(1_000, 'x')).length;
    expect(sent + 1_000 - passed).toBeLessThan(20_000);
  }
});

test.each([
  ['multipart/form-data; boundary=a', 'a'],
  ['multipart/form-data; charset=utf-8; Boundary="a b;c"', 'a b;c'],
  ['multipart/form-data', null],
])('the boundary of %s is %s', (contentType, boundary) => {
  expect(boundaryOf(contentType)).toBe(boundary);
});

import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObjectStore } from '../object-store.ts';
import { bytesOf, generated } from './bodies.ts';
import { infosOf, keysOf } from './subject.ts';

const text = (value: string) => Buffer.from(value);

/** How objects are read, found and deleted. */
export function readingContract(current: () => ObjectStore): void {
  const put = (...keys: string[]) => Promise.all(keys.map((key) => current().put(key, text(key))));

  describe('get', () => {
    it('gives the range that is asked for, both ends included', async () => {
      await current().put('k', text('0123456789'));
      const part = async (start: number, end: number) =>
        (await bytesOf(await current().get('k', { range: { start, end } }))).toString();
      expect(await part(0, 9)).toBe('0123456789');
      expect(await part(0, 0)).toBe('0');
      expect(await part(9, 9)).toBe('9');
      expect(await part(3, 5)).toBe('345');
      expect(await part(8, 1_000_000)).toBe('89');
    });

    it('refuses a range without a byte in it', async () => {
      await current().put('k', text('0123456789'));
      await current().put('empty', new Uint8Array());
      const ranges = [
        { start: 10, end: 10 },
        { start: 5, end: 4 },
        { start: -1, end: 3 },
        { start: 0.5, end: 3 },
        { start: Number.NaN, end: 3 },
      ];
      for (const range of ranges)
        await expect(current().get('k', { range })).rejects.toBeInstanceOf(RangeError);
      const first = { start: 0, end: 0 };
      await expect(current().get('empty', { range: first })).rejects.toBeInstanceOf(RangeError);
    });

    it('gives a range of a large object across its chunks', async () => {
      const whole = Buffer.concat(await Readable.from(generated(300_000, undefined, 1_000)).toArray());
      await current().put('k', whole);
      const range = { start: 65_535, end: 199_999 };
      expect(await bytesOf(await current().get('k', { range }))).toEqual(whole.subarray(65_535, 200_000));
    });

    it('rejects where there is no object', async () => {
      await put('jobs/1/files/1');
      for (const key of ['k', 'jobs', 'jobs/1/files', 'jobs/1/files/1/more'])
        await expect(current().get(key)).rejects.toMatchObject({ name: 'ObjectNotFoundError', key });
    });

    it('stops when its signal aborts', async () => {
      await current().put('k', generated(3_000_000));
      const controller = new AbortController();
      const stream = await current().get('k', { signal: controller.signal });
      controller.abort();
      await expect(bytesOf(stream)).rejects.toMatchObject({ name: 'AbortError' });
    });
  });

  it('tells the size and the time of an object', async () => {
    const before = Date.now();
    await put('jobs/1/a');
    const info = await current().stat('jobs/1/a');
    expect(info).toMatchObject({ key: 'jobs/1/a', bytes: 8 });
    expect(info?.modifiedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Math.abs(Date.parse(info?.modifiedAt ?? '') - before)).toBeLessThan(60_000);
    expect(await infosOf(current(), 'jobs/')).toEqual([info]);
    expect(await current().stat('jobs/1')).toBeNull();
    expect(await current().stat('none')).toBeNull();
  });

  it('lists and deletes by prefix, whole segments only', async () => {
    await put('jobs/1/files/1', 'jobs/1/executions/1/result.json', 'jobs/10/files/1', 'jobs/2/x', 'other');
    expect(await keysOf(current(), 'jobs/1/')).toEqual(['jobs/1/executions/1/result.json', 'jobs/1/files/1']);
    expect(await keysOf(current(), 'none/')).toEqual([]);
    await current().deletePrefix('jobs/1/');
    await current().deletePrefix('jobs/1/');
    expect(await keysOf(current())).toEqual(['jobs/10/files/1', 'jobs/2/x', 'other']);
    await current().delete('jobs/2/x');
    await current().delete('jobs/2/x');
    await current().delete('jobs');
    expect(await keysOf(current())).toEqual(['jobs/10/files/1', 'other']);
  });

  it('lists more than a thousand objects', { timeout: 120_000 }, async () => {
    const keys = Array.from({ length: 1_050 }, (_, n) => `many/${n}`);
    for (let n = 0; n < keys.length; n += 50) await put(...keys.slice(n, n + 50));
    expect(await keysOf(current(), 'many/')).toEqual(keys.toSorted());
    await current().deletePrefix('many/');
    expect(await keysOf(current())).toEqual([]);
  });

  it('deletes a prefix while objects are put under it: each is there whole, or not at all', async () => {
    const keys = Array.from({ length: 60 }, (_, n) => `jobs/1/files/${n}`);
    const puts = keys.map((key) => current().put(key, text(key)));
    await Promise.all([...puts, ...Array.from({ length: 5 }, () => current().deletePrefix('jobs/1/'))]);
    for (const key of await keysOf(current(), 'jobs/1/'))
      expect((await bytesOf(await current().get(key))).toString()).toBe(key);
    await current().deletePrefix('jobs/1/');
    expect(await keysOf(current())).toEqual([]);
  });

  describe('keys', () => {
    const calls = (key: string) => [
      () => current().put(key, text('x')),
      () => current().get(key),
      () => current().stat(key),
      () => current().delete(key),
      () => current().deletePrefix(`${key}/`),
      () => keysOf(current(), `${key}/`),
    ];
    const refuse = async (key: string) => {
      for (const call of calls(key)) await expect(call()).rejects.toMatchObject({ name: 'InvalidKeyError' });
    };

    it('refuses those that escape, hide, or are not plain', async () => {
      const bad = [
        '',
        '/',
        '.',
        '..',
        '../x',
        'a/../b',
        '/etc/passwd',
        'a//b',
        'a/',
        '.tmp/x',
        'a/.b',
        'a\\b',
      ];
      const worse = [
        'a b',
        'a\n',
        'a\0',
        'ä',
        '領収書',
        'a%2e',
        'a:b',
        'a'.repeat(256),
        'a/'.repeat(600).concat('a'),
      ];
      for (const key of [...bad, ...worse]) await refuse(key);
      await expect(current().deletePrefix('')).rejects.toMatchObject({ name: 'InvalidKeyError' });
      await expect(current().deletePrefix('jobs')).rejects.toMatchObject({ name: 'InvalidKeyError' });
      expect(await keysOf(current())).toEqual([]);
    });

    it('refuses any text that is no key', async () => {
      const piece = fc.oneof(
        fc.constantFrom('..', '.', '/', '\\', '\0', 'a', '%2f', '\n', '~'),
        fc.string({ unit: 'grapheme' }),
      );
      const key = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
      const isKey = (value: string) =>
        value.split('/').every((segment) => /^[\w-][\w.-]*$/.test(segment) && !segment.endsWith('\n'));
      await fc.assert(
        fc.asyncProperty(
          key.filter((value) => !isKey(value)),
          refuse,
        ),
        { numRuns: 200 },
      );
    });

    it('takes every key', async () => {
      const segment = fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,30}$/);
      const key = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/'));
      const roundTrip = async (one: string) => {
        await current().put(one, text(one));
        expect(await keysOf(current())).toEqual([one]);
        expect((await bytesOf(await current().get(one))).toString()).toBe(one);
        await current().delete(one);
      };
      await fc.assert(fc.asyncProperty(key, roundTrip), { numRuns: 40 });
    });
  });
}

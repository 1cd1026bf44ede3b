import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { ObjectStore } from '../object-store.ts';
import { bytesOf, generated } from './bodies.ts';
import { infosOf, keysOf } from './subject.ts';

const text = (value: string) => Buffer.from(value);

/** How objects are read, found and deleted. */
export function readingContract(current: () => ObjectStore): void {
  const put = (...keys: string[]) => Promise.all(keys.map((key) => current().put(key, text(key))));

  describe('get', () => {
    it('returns the range that is asked for, both ends included', async () => {
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

    it('returns a range of a large object across its chunks', async () => {
      const whole = Buffer.concat(await Readable.from(generated(300_000, undefined, 1_000)).toArray());
      await current().put('k', whole);
      const range = { start: 65_535, end: 199_999 };
      expect(await bytesOf(await current().get('k', { range }))).toEqual(whole.subarray(65_535, 200_000));
    });

    it('rejects if there is no object', async () => {
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

  it('lists the size and the time of an object', async () => {
    const before = Date.now();
    await put('jobs/1/a');
    const [info] = await infosOf(current(), 'jobs/');
    expect(info).toMatchObject({ key: 'jobs/1/a', bytes: 8 });
    expect(info?.modifiedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Math.abs(Date.parse(info?.modifiedAt ?? '') - before)).toBeLessThan(60_000);
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
}

import { PassThrough, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ObjectStore } from '../object-store.ts';
import { bytesOf, generated, memoryInUse, sha256Of } from './bodies.ts';
import { keysOf } from './subject.ts';

const MIB = 1024 * 1024;

/** How objects are stored: whole, streamed, or not at all. */
export function writingContract(current: () => ObjectStore): void {
  const read = async (key: string) => bytesOf(await current().get(key));

  describe('put', () => {
    it('stores bytes, streams and nothing at all', async () => {
      const bytes = Buffer.from('receipt');
      expect(await current().put('a/bytes', bytes)).toEqual({ bytes: 7 });
      expect(await current().put('a/stream', Readable.from([bytes, bytes]))).toEqual({ bytes: 14 });
      expect(await current().put('a/empty', new Uint8Array())).toEqual({ bytes: 0 });
      expect(await current().put('a/empty-stream', generated(0))).toEqual({ bytes: 0 });
      expect(await read('a/bytes')).toEqual(bytes);
      expect(await read('a/stream')).toEqual(Buffer.concat([bytes, bytes]));
      expect(await read('a/empty')).toHaveLength(0);
      expect(await read('a/empty-stream')).toHaveLength(0);
    });

    it('asks for the hash of a body only once that has been read to its end', async () => {
      const digest = await sha256Of(generated(300_000));
      let done = false;
      const body = async function* () {
        yield* generated(300_000);
        done = true;
      };
      const asked: boolean[] = [];
      const sha256 = () => {
        asked.push(done);
        return digest;
      };
      expect(await current().put('a/hashed', body(), { sha256 })).toEqual({ bytes: 300_000 });
      expect(asked).not.toContain(false);
      expect(await sha256Of(await current().get('a/hashed'))).toBe(digest);
    });

    it('streams in flat memory, reading no faster than it writes', async () => {
      const before = memoryInUse();
      let peak = 0;
      const measure = (done: number) => {
        if (done % (4 * MIB) === 0) peak = Math.max(peak, memoryInUse() - before);
      };
      const { signal } = new AbortController();
      await current().put('large', generated(32 * MIB, measure), { signal });
      const stored = await sha256Of(await current().get('large'), measure);
      expect(peak).toBeLessThan(12 * MIB);
      expect(stored).toBe(await sha256Of(generated(32 * MIB)));
    });

    it('rejects with the error of its body, and leaves nothing', async () => {
      const fault = Object.assign(new Error('the client sent too much'), { code: 'LIMIT_FILE_SIZE' });
      async function* failing() {
        yield* generated(3 * MIB);
        throw fault;
      }
      await expect(current().put('jobs/1/files/1', failing())).rejects.toBe(fault);
      const broken = new PassThrough();
      broken.write('half');
      const put = current().put('jobs/1/files/2', broken);
      setTimeout(() => broken.destroy(fault), 20);
      await expect(put).rejects.toBe(fault);
      expect(await keysOf(current())).toEqual([]);
    });

    it('is aborted before it starts, in between, and while its body stalls, and leaves nothing', async () => {
      const reason = new Error('the client left');
      const early = AbortSignal.abort(reason);
      await expect(current().put('k', generated(10), { signal: early })).rejects.toBe(reason);

      const between = new AbortController();
      const body = generated(8 * MIB, (made) => made > 3 * MIB && between.abort(reason));
      await expect(current().put('k', body, { signal: between.signal })).rejects.toBe(reason);

      async function* stalling() {
        yield Buffer.from('half');
        await new Promise(() => {});
      }
      for (const stalled of [stalling(), Readable.from(stalling()), new PassThrough()]) {
        const controller = new AbortController();
        setTimeout(() => controller.abort(reason), 20);
        await expect(current().put('k', stalled, { signal: controller.signal })).rejects.toBe(reason);
      }
      expect(await keysOf(current())).toEqual([]);
    });

    it('destroys a stream that it does not read to its end', async () => {
      const body = new PassThrough();
      body.write('half');
      const controller = new AbortController();
      const put = current().put('k', body, { signal: controller.signal });
      setTimeout(() => controller.abort(), 10);
      await expect(put).rejects.toThrow();
      expect(body.destroyed).toBe(true);
      const unread = new PassThrough();
      await expect(current().put('k', unread, { signal: AbortSignal.abort() })).rejects.toThrow();
      expect(unread.destroyed).toBe(true);
    });

    it('takes the place of an object in one step, and leaves it if it fails', async () => {
      await current().put('k', Buffer.from('old'));
      const body = new PassThrough();
      body.write('ne');
      const put = current().put('k', body);
      await sleep(20);
      expect((await read('k')).toString()).toBe('old');
      body.end('w');
      await put;
      expect((await read('k')).toString()).toBe('new');
      const failed = new PassThrough();
      failed.write('half');
      const second = current().put('k', failed);
      setTimeout(() => failed.destroy(new Error('gone')), 20);
      await expect(second).rejects.toThrow('gone');
      expect((await read('k')).toString()).toBe('new');
    });

    it('rejects with the error of a body that fails before its first byte, and harms nobody else', async () => {
      const fault = new Error('gone');
      for (const soon of [process.nextTick, queueMicrotask, setImmediate, setImmediate]) {
        const body = new PassThrough();
        const put = current().put('k', body);
        soon(() => body.destroy(fault));
        await expect(put).rejects.toBe(fault);
      }
      const before = new PassThrough();
      before.on('error', () => {}).destroy(fault);
      await expect(current().put('k', before)).rejects.toBe(fault);
      expect(await keysOf(current())).toEqual([]);
    });

    it('keeps 100 objects that are put at once, and a whole one of those under the same key', async () => {
      const contents = Array.from({ length: 100 }, (_, n) => Buffer.alloc(20_000 + n, n));
      await Promise.all(contents.map((bytes, n) => current().put(`jobs/${n % 10}/files/${n}`, bytes)));
      for (const [n, bytes] of contents.entries())
        expect(await read(`jobs/${n % 10}/files/${n}`)).toEqual(bytes);
      await Promise.all(contents.slice(0, 20).map((bytes) => current().put('same', Readable.from([bytes]))));
      const kept = await read('same');
      expect(contents.slice(0, 20).filter((bytes) => bytes.equals(kept))).toHaveLength(1);
    });
  });
}

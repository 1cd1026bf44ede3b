import type { Socket } from 'node:net';
import { multipart } from '@inkstream/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { expectError, form } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { answerOn, beginUpload, open } from '../support/raw-http.ts';
import { filePart, providerPart } from '../support/raw-multipart.ts';
import { PIXEL, reads, waits } from '../support/script.ts';
import { waitFor } from '../support/wait-for.ts';

/** Uploads that may be under way at once, and how many of them come slowly. */
const MAX_UPLOADS = 210;
const SLOW = 200;
/** How many of those come to their end. */
const ENDING = 20;
const MAX_EVENT_STREAMS = 1_000;
const MAX_RISE = 96 * 2 ** 20;

/** All clients here have one address, and some wait longer than others take. */
export const LIMITS = {
  MAX_UPLOADS_IN_FLIGHT: String(MAX_UPLOADS),
  MAX_UPLOADS_PER_ADDRESS: String(MAX_UPLOADS),
  MAX_EVENT_STREAMS: String(MAX_EVENT_STREAMS),
  MAX_EVENT_STREAMS_PER_ADDRESS: String(MAX_EVENT_STREAMS),
  MAX_CONNECTIONS_PER_ADDRESS: '2000',
  MIN_REQUEST_RATE_WINDOW_MS: '300000',
};

/** Clients that go away, dawdle, or come all at once. */
export function clientsTests(inkstream: Inkstream): void {
  const { api } = inkstream;
  const objects = () => inkstream.stored.objects();
  const body = multipart([providerPart, filePart]);
  const opened: Socket[] = [];
  const keep = async (opening: Promise<Socket>): Promise<Socket> => {
    const socket = await opening;
    opened.push(socket);
    return socket;
  };
  afterEach(() => {
    for (const socket of opened.splice(0)) socket.destroy();
  });

  const total = async () => (await api.list('?limit=1')).pagination.total;

  describe('a client that goes away', () => {
    it.each([
      ['within a file', 150_000],
      ['in the head of a part', 120],
      ['before the last boundary', 1_000_190],
    ])('%s leaves neither a job nor a byte', async (_, bytes) => {
      const [before, jobs] = [await objects(), await total()];
      const large = multipart([
        providerPart,
        { ...filePart, body: Buffer.concat([PIXEL, Buffer.alloc(1_000_000)]) },
      ]);
      const socket = await beginUpload(inkstream.process.url, large.subarray(0, bytes), large.length);
      if (bytes > 1_000 && inkstream.stored.showsUnfinished)
        await waitFor('the file to be written', objects, (now) => now.length > before.length);
      socket.destroy();
      await waitFor('its bytes to go', objects, (now) => now.length === before.length);
      expect(await total()).toBe(jobs);
    });
  });

  describe(`${SLOW} clients that send slowly`, () => {
    it('harm nobody: others are served, one too many is 429, and those that end are taken', async () => {
      const { rss: before } = await inkstream.process.settled();
      const start = body.subarray(0, 250);
      const begin = () => keep(beginUpload(inkstream.process.url, start, body.length));
      const slow = await Promise.all(Array.from({ length: SLOW }, begin));
      const began = performance.now();
      const others = await Promise.all(Array.from({ length: 5 }, () => api.upload([{ bytes: reads('x') }])));
      for (const id of others) expect((await api.finished(id)).status).toBe('completed');
      expect((await api.list()).data.length).toBeGreaterThan(4);
      expect(performance.now() - began).toBeLessThan(10_000);

      const tooMany = async () => {
        await Promise.all(Array.from({ length: MAX_UPLOADS - SLOW }, begin));
        return api.post(form([{ bytes: reads('x') }]));
      };
      // Again where one of them was refused itself, since an upload that has ended meanwhile still counted.
      const refused = await waitFor('the limit', tooMany, ({ status }) => status === 429);
      expect(refused.headers.get('retry-after')).toBe('1');
      await expectError(refused, 429);
      expect((await api.call('/health')).status).toBe(200);
      expect((await inkstream.process.settled()).rss - before).toBeLessThan(MAX_RISE);

      const answers = slow.slice(0, ENDING).map(async (socket) => {
        socket.write(body.subarray(start.length));
        return (await answerOn(socket)).status;
      });
      expect(new Set(await Promise.all(answers))).toEqual(new Set([201]));
    });
  });

  describe('clients that follow a job', () => {
    it('are many, one too many of them is 503, and the others hear of its end', async () => {
      const id = await api.upload([{ bytes: waits('followed') }]);
      const follow = async () => {
        const socket = await keep(open(inkstream.process.url));
        socket.write(`GET /ocr-jobs/${id}/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
        return socket;
      };
      const followers = await Promise.all(Array.from({ length: MAX_EVENT_STREAMS }, follow));
      const refused = await waitFor(
        'the limit',
        () => api.call(`/ocr-jobs/${id}/events`),
        ({ status }) => status === 503,
      );
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
      await expectError(refused, 503);
      inkstream.process.release('followed');
      const [first] = followers;
      if (first) expect((await answerOn(first)).body).toContain('event: end');
    });
  });

  describe('clients that do not read what they asked for', () => {
    it('cost no memory, and nobody waits for them', async () => {
      const [clients, fileBytes] = [30, 20_000_000];
      const bytes = Buffer.concat([PIXEL, Buffer.alloc(fileBytes), reads('big').subarray(PIXEL.length)]);
      const id = await api.upload([{ bytes }]);
      await api.finished(id);
      const { rss: before } = await inkstream.process.settled();
      await Promise.all(
        Array.from({ length: clients }, async () => {
          const socket = await keep(open(inkstream.process.url));
          socket.pause();
          socket.write(`GET /ocr-jobs/${id}/files/1 HTTP/1.1\r\nHost: localhost\r\n\r\n`);
          return socket;
        }),
      );
      const others = await Promise.all(Array.from({ length: 20 }, () => api.call('/ocr-jobs?limit=5')));
      expect(new Set(others.map(({ status }) => status))).toEqual(new Set([200]));
      // Two processes pass them on when distributed, each with some MB of buffers that the allocator keeps.
      const rise = (await inkstream.process.settled()).rss - before;
      expect(rise).toBeLessThan((clients * fileBytes) / 3);
    });
  });
}

import { createdJobSchema } from '@inkstream/contracts';
import { multipart, postBody } from '@inkstream/testing';
import { describe, expect, it } from 'vitest';
import { exactly, expectError, form } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { part } from '../support/raw-multipart.ts';
import { reads } from '../support/script.ts';
import { waitFor } from '../support/wait-for.ts';

/** Names of jobs and files in any script, and those that mean harm. */
export function namesTests(inkstream: Inkstream): void {
  const { api } = inkstream;

  /** The list follows a job in a moment. */
  const finds = async (search: string, id: number) => {
    const { data } = await waitFor(
      'the list',
      () => api.list(`?search=${encodeURIComponent(search)}`),
      (found) => found.data.length > 0,
    );
    expect(data.map((one) => one.id)).toEqual([id]);
  };

  describe('a name in any script', () => {
    it.each([
      ['emoji', '🧾 quittung 👩‍👩‍👧‍👦.png'],
      ['right to left', 'קבלה מספר 7 — إيصال.png'],
      ['Chinese, Japanese, Korean', '领収書 영수증 レシート.png'],
      ['beyond the basic plane', '𝕽𝖊𝖈𝖊𝖎𝖕𝖙 𠮷野家.png'],
      ['quotes and percent signs', `a"b'c %41 100%.png`],
    ])('comes back as it was given: %s', async (_, name) => {
      const id = await api.upload([{ bytes: reads('x'), name }], `Job ${name}`);
      const job = await api.finished(id);
      expect([job.name, job.files[0]?.originalName]).toEqual([`Job ${name}`, name]);
      await finds(`job ${name}`, id);
      const file = await api.call(`/ocr-jobs/${id}/files/1`);
      const disposition = file.headers.get('content-disposition') ?? '';
      expect(disposition).toMatch(/^attachment; filename=/);
      const extended = /filename\*=UTF-8''(\S+)$/.exec(disposition)?.[1];
      if (extended) expect(decodeURIComponent(extended)).toBe(name);
    });

    it('is composed (NFC), so that it is found however it is typed', async () => {
      const id = await api.upload(
        [{ bytes: reads('x'), name: 'Cafe\u0301.png' }],
        'Cre\u0300me bru\u0302le\u0301e',
      );
      expect(await api.job(id)).toMatchObject({
        name: 'Crème brûlée',
        files: [{ originalName: 'Café.png' }],
      });
      for (const search of ['Crème', 'Cre\u0300me', 'café']) await finds(search, id);
    });

    it('is cut where it is too long for a file, and refused where it is too long for a job', async () => {
      const id = await api.upload(
        [{ bytes: reads('x'), name: `${'長'.repeat(2_000)}.png` }],
        'j'.repeat(255),
      );
      const name = (await api.job(id)).files[0]?.originalName ?? '';
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(name).toMatch(/^長{50,}\.png$/);
      await expectError(await api.post(form([{ bytes: reads('x') }], 'j'.repeat(256))), 400, /jobName/);
    });
  });

  describe('a name that means harm', () => {
    it.each([
      ['../../../../etc/passwd', 'passwd'],
      ['..\\..\\windows\\system32\\evil.png', 'evil.png'],
      ['/etc/cron.d/evil.png', 'evil.png'],
      ['..', 'file'],
      ['receipt\u202egnp.exe', 'receiptgnp.exe'],
    ])('is kept as a plain name: %j', async (given, kept) => {
      const body = multipart([
        part(`name="file"; filename="${given.replaceAll('\\', '\\\\')}"`, reads('x')),
        part('name="ocrProvider_0"', 'scripted'),
      ]);
      const response = await postBody(inkstream.process.url, body);
      const { id } = await exactly(createdJobSchema, response);
      expect((await api.job(id)).files[0]).toMatchObject({
        originalName: kept,
        storageKey: expect.stringMatching(/^jobs\/[0-9a-f-]{36}\/files\/1$/),
      });
    });

    it('puts no header into the download', async () => {
      const data = form([{ bytes: reads('x'), name: 'a\r\nSet-Cookie: x=1\r\n.png' }], 'b\r\nX-Evil: 1');
      const { id } = await exactly(createdJobSchema, await api.post(data));
      expect(await api.job(id)).toMatchObject({
        name: 'bX-Evil: 1',
        files: [{ originalName: 'aSet-Cookie: x=1.png' }],
      });
      const file = await api.call(`/ocr-jobs/${id}/files/1`);
      expect(file.headers.get('set-cookie')).toBeNull();
      expect(file.headers.get('content-disposition')).not.toMatch(/[\r\n]/);
    });
  });
}

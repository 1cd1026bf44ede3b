import { describe, expect, it } from 'vitest';
import { expectError } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { corrupt, PIXEL, reads, waits } from '../support/script.ts';
import { waitFor } from '../support/wait-for.ts';

/** Deleting jobs and files takes every byte of theirs away. */
export function deletionTests(inkstream: Inkstream): void {
  const { api } = inkstream;
  const running = (id: number) =>
    waitFor(
      'the job to run',
      () => api.job(id),
      ({ status }) => status === 'running',
    );

  async function expectSuccess(response: Response): Promise<void> {
    expect([response.status, await response.json()]).toEqual([200, { success: true }]);
  }

  /** Where the objects of a job lie, while it is there to say so. */
  const folderOf = async (id: number): Promise<string> => {
    const [file] = (await api.job(id)).files;
    return file?.storageKey.replace(/files\/.*/, '') ?? '';
  };
  const objectsIn = async (folder: string) =>
    (await inkstream.stored.objects()).filter((key) => key.startsWith(folder));

  describe('DELETE /ocr-jobs/:id', () => {
    it('takes a job away from every route and list', async () => {
      const id = await api.upload([{ bytes: reads('x') }], 'Doomed');
      await api.finished(id);
      await expectSuccess(await api.remove(`/ocr-jobs/${id}`));
      for (const path of ['', '/files/1', '/history', '/events'])
        await expectError(await api.call(`/ocr-jobs/${id}${path}`), 404);
      await expectError(await api.remove(`/ocr-jobs/${id}`), 404);
      await expectError(await api.remove(`/ocr-jobs/${id}/files/1`), 404);
      await expectError(await api.requestExecution(id, 1, 'scripted'), 404);
      await waitFor(
        'the list',
        () => api.list('?search=doomed'),
        ({ data }) => data.length === 0,
      );
    });

    it('leaves no byte of content in any store: neither of files nor of results', async () => {
      const [bytes, text] = ['inhalt-des-belegs-8812', 'geheimer-umsatz-7431'];
      const document = Buffer.concat([PIXEL, Buffer.from(bytes), reads(text)]);
      const id = await api.upload([{ bytes: document }, { bytes: corrupt() }]);
      expect((await api.finished(id)).files[0]?.executions[0]?.ocrData).toContain(text);
      expect(await inkstream.stored.placesThatHold([bytes, text])).toHaveLength(2);
      const folder = await folderOf(id);
      expect(await objectsIn(folder)).not.toEqual([]);
      await expectSuccess(await api.remove(`/ocr-jobs/${id}`));
      expect(await inkstream.stored.placesThatHold([bytes, text])).toEqual([]);
      expect(await objectsIn(folder)).toEqual([]);
    });

    it('leaves names nowhere but in finished messages, which the bus keeps for a while', async () => {
      const [job, file] = ['Vertraulich-2266', 'lohnzettel-9034'];
      const id = await api.upload([{ bytes: reads('x'), name: `${file}.png` }], job);
      await api.finished(id);
      await waitFor(
        'the list',
        () => api.list(`?search=${file}`),
        ({ data }) => data.length === 1,
      );
      await expectSuccess(await api.remove(`/ocr-jobs/${id}`));
      await waitFor(
        'the list',
        () => api.list(`?search=${file}`),
        ({ data }) => data.length === 0,
      );
      for (const name of [job, file])
        expect(await inkstream.stored.placesThatHold([name])).toEqual(['messages']);
    });

    it('is 409 while the job runs, and cancels it first where it is forced', async () => {
      const id = await api.upload([{ bytes: waits('deleted') }]);
      await running(id);
      await expectError(await api.remove(`/ocr-jobs/${id}`), 409, /force=true/);
      await expectError(await api.remove(`/ocr-jobs/${id}?force=false`), 409);
      for (const query of ['force=yes', 'force=', 'force=true&force=true'])
        await expectError(await api.remove(`/ocr-jobs/${id}?${query}`), 400, /force/);
      expect((await api.job(id)).status).toBe('running');
      const folder = await folderOf(id);
      await expectSuccess(await api.remove(`/ocr-jobs/${id}?force=true`));
      await expectError(await api.call(`/ocr-jobs/${id}`), 404);
      inkstream.process.release('deleted');
      // The provider's answer comes after the deletion: what it stores is removed, and brings nothing back.
      await api.finished(await api.upload([{ bytes: reads('later') }]));
      await waitFor(
        'what came late to go',
        () => objectsIn(folder),
        (keys) => keys.length === 0,
      );
      await expectError(await api.call(`/ocr-jobs/${id}`), 404);
    });
  });

  describe('DELETE /ocr-jobs/:jobId/files/:fileId', () => {
    it('takes one file and its results away, and leaves the others', async () => {
      const secret = 'nur-diese-datei-5520';
      const id = await api.upload([
        { bytes: reads('stays'), name: 'stays.png' },
        { bytes: reads(secret), name: 'goes.png' },
      ]);
      await api.finished(id);
      await expectSuccess(await api.remove(`/ocr-jobs/${id}/files/2`));
      const job = await api.job(id);
      expect(job).toMatchObject({ status: 'completed', files: [{ id: 1, originalName: 'stays.png' }] });
      expect(job.files).toHaveLength(1);
      expect((await api.call(`/ocr-jobs/${id}/files/1`)).status).toBe(200);
      for (const request of [
        api.call(`/ocr-jobs/${id}/files/2`),
        api.remove(`/ocr-jobs/${id}/files/2`),
        api.requestExecution(id, 2, 'scripted'),
      ])
        await expectError(await request, 404);
      expect(await inkstream.stored.placesThatHold([secret])).toEqual([]);
      const folder = await folderOf(id);
      expect(await objectsIn(folder)).toEqual([`${folder}executions/1/result-1.json`, `${folder}files/1`]);
    });

    it('is 409 while that file is read, not while another one is', async () => {
      const id = await api.upload([{ bytes: waits('one-file') }, { bytes: reads('done') }]);
      await waitFor(
        'the other file to be read',
        () => api.job(id),
        ({ files }) =>
          files[1]?.executions[0]?.status === 'completed' && files[0]?.executions[0]?.status === 'running',
      );
      await expectError(await api.remove(`/ocr-jobs/${id}/files/1`), 409, /force=true/);
      await expectSuccess(await api.remove(`/ocr-jobs/${id}/files/2`));
      await expectSuccess(await api.remove(`/ocr-jobs/${id}/files/1?force=true`));
      expect(await api.job(id)).toMatchObject({ status: 'completed', files: [] });
      inkstream.process.release('one-file');
    });
  });
}

import { createdJobSchema, historySchema } from '@inkstream/contracts';
import { describe, expect, it } from 'vitest';
import { exactly, expectError, form } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { reads } from '../support/script.ts';

/** Uploads, and that they are there at once. */
export function uploadTests({ api }: Inkstream): void {
  const textOf = (ocrData: string | null) => (JSON.parse(ocrData ?? 'null') as { text: string }).text;

  describe('an upload', () => {
    it('answers 201 with the id of the job and where it is', async () => {
      const response = await api.post(form([{ bytes: reads('one'), name: 'one.png' }], 'First'));
      expect(response.status).toBe(201);
      const { id } = await exactly(createdJobSchema, response);
      expect(response.headers.get('location')).toBe(`/ocr-jobs/${id}`);
      expect(await api.finished(id)).toMatchObject({ id, name: 'First', status: 'completed' });
    });

    it('gives each file the provider at its position, whatever the order of fields and files', async () => {
      const data = new FormData();
      data.append('ocrProvider_2', 'scripted');
      data.append('file', new Blob([reads('a')]), 'a.png');
      data.append('ocrProvider_0', 'scripted-twin');
      data.append('file', new Blob([reads('b')]), 'b.png');
      data.append('jobName', 'Mixed');
      data.append('file', new Blob([reads('c')]), 'c.png');
      data.append('ocrProvider_1', 'scripted');
      const { id } = await exactly(createdJobSchema, await api.post(data));
      const job = await api.finished(id);
      expect(job.name).toBe('Mixed');
      expect(
        job.files.map(({ id: file, originalName, executions: [one] }) => [
          file,
          originalName,
          one?.ocrProvider,
          textOf(one?.ocrData ?? null),
        ]),
      ).toEqual([
        [1, 'a.png', 'scripted-twin', 'a'],
        [2, 'b.png', 'scripted', 'b'],
        [3, 'c.png', 'scripted', 'c'],
      ]);
    });

    it('has each of the providers read a file that it names, by name or alias, and the pages that it selects', async () => {
      const data = form([{ bytes: reads('a'), provider: 'scripted, scriptedTwin' }, { bytes: reads('b') }]);
      data.set('pages_0', '1');
      const { id } = await exactly(createdJobSchema, await api.post(data));
      const { files } = await api.finished(id);
      expect(
        files.map(({ executions }) =>
          executions.map(({ id: execution, ocrProvider, ocrData }) => [
            execution,
            ocrProvider,
            textOf(ocrData),
          ]),
        ),
      ).toEqual([
        [
          [1, 'scripted', 'a'],
          [2, 'scripted-twin', 'a'],
        ],
        [[3, 'scripted', 'b']],
      ]);
      const { data: events } = await exactly(historySchema, await api.call(`/ocr-jobs/${id}/history`));
      const requests = events.filter(({ type }) => type === 'ExecutionRequested');
      expect(requests.map(({ data: { pages } }) => pages)).toEqual([[1], [1], undefined]);
    });

    it('says what is wrong with the providers and pages that it asks for', async () => {
      const refused = async (fields: Record<string, string>, details: RegExp) => {
        const data = form([{ bytes: reads('a') }]);
        for (const [name, value] of Object.entries(fields)) data.set(name, value);
        await expectError(await api.post(data), 400, details);
      };
      await refused(
        { ocrProvider_0: 'scripted,nobody' },
        /'nobody' is not available; these are: .*scripted-twin/,
      );
      await refused(
        { ocrProvider_0: 'scripted-twin,scriptedTwin' },
        /names provider 'scripted-twin' twice; name it once$/,
      );
      await refused({ ocrProvider_0: 'scripted,' }, /has an empty name/);
      await refused(
        { pages_0: '3,1' },
        /^pages_0: is not in ascending order, or has a page twice; write 1,3$/,
      );
      await refused({ pages_0: '1-2' }, /^pages_0: selects 2 pages; provider 'scripted' reads 1 at most$/);
    });

    it('is there for its client from the first moment on', async () => {
      const polls = Array.from({ length: 20 }, async (_, index) => {
        const id = await api.upload([{ bytes: reads(`poll ${index}`) }]);
        const statuses: number[] = [];
        for (let poll = 0; poll < 5; poll++) statuses.push((await api.call(`/ocr-jobs/${id}`)).status);
        return statuses;
      });
      expect(new Set((await Promise.all(polls)).flat())).toEqual(new Set([200]));
    });

    it('names the job after its first file where the client gives no name', async () => {
      const id = await api.upload([{ bytes: reads('x'), name: 'lunch.png' }, { bytes: reads('y') }]);
      expect((await api.job(id)).name).toBe('lunch.png');
    });
  });
}

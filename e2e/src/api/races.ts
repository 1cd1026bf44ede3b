import { describe, expect, it } from 'vitest';
import { expectError } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { reads, waits } from '../support/script.ts';

const AT_ONCE = 12;

/** Commands and reads that come at the same moment. */
export function racesTests(inkstream: Inkstream): void {
  const { api } = inkstream;

  const times = <T>(work: () => T): T[] => Array.from({ length: AT_ONCE }, work);

  describe('at the same moment', () => {
    it('one of many requests for the same execution is taken, the others are refused', async () => {
      const id = await api.upload([{ bytes: waits('races') }]);
      const responses = await Promise.all(times(() => api.requestExecution(id, 1, 'scripted-twin')));
      const taken = responses.filter(({ status }) => status === 201);
      expect(taken).toHaveLength(1);
      for (const response of taken) expect(await api.created(response)).toBe(2);
      for (const response of responses.filter((one) => !taken.includes(one)))
        await expectError(response, 409);
      inkstream.process.release('races');
      expect((await api.finished(id)).files[0]?.executions).toHaveLength(2);
    });

    it('requests for different executions make both', async () => {
      const id = await api.upload([{ bytes: reads('x') }]);
      await api.finished(id);
      const providers = ['scripted', 'scripted-twin'];
      const created = providers.map(async (name) => api.created(await api.requestExecution(id, 1, name)));
      expect((await Promise.all(created)).toSorted()).toEqual([2, 3]);
      const { files } = await api.finished(id);
      expect(
        files[0]?.executions
          .slice(1)
          .map(({ ocrProvider }) => ocrProvider)
          .toSorted(),
      ).toEqual(providers);
    });

    it('one of many deletions deletes, the others find nothing', async () => {
      const id = await api.upload([{ bytes: reads('x') }]);
      await api.finished(id);
      const statuses = await Promise.all(times(async () => (await api.remove(`/ocr-jobs/${id}`)).status));
      expect(statuses.toSorted()).toEqual([200, ...Array.from({ length: AT_ONCE - 1 }, () => 404)]);
      await expectError(await api.call(`/ocr-jobs/${id}`), 404);
    });

    it('reads of a job that is being deleted find all of it or nothing', async () => {
      const text = 'whole '.repeat(1_000);
      for (let round = 0; round < 5; round++) {
        const id = await api.upload([{ bytes: reads(text) }, { bytes: reads(text) }]);
        await api.finished(id);
        const before = times(() => api.call(`/ocr-jobs/${id}`));
        const deletion = api.remove(`/ocr-jobs/${id}`);
        const jobs = [...before, ...times(() => api.call(`/ocr-jobs/${id}`))];
        for (const response of await Promise.all(jobs)) {
          expect([200, 404]).toContain(response.status);
          const body = await response.text();
          if (response.status === 200) expect(body).not.toContain('result_unreadable');
        }
        expect((await deletion).status).toBe(200);
      }
    });
  });

  it('answers HEAD as GET, without a body', async () => {
    for (const path of ['/health', '/providers', '/ocr-jobs', '/ocr-jobs/1', '/ocr-jobs/1/files/1']) {
      const [head, get] = [await api.call(path, { method: 'HEAD' }), await api.call(path)];
      expect([path, head.status, await head.text()]).toEqual([path, get.status, '']);
      expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
    }
  });
}

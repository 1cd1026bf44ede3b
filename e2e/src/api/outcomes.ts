import { describe, expect, it } from 'vitest';
import { expectError } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { corrupt, reads, scripted, waits } from '../support/script.ts';
import { waitFor } from '../support/wait-for.ts';

/** How jobs end, and how they are taken up again. */
export function outcomesTests(inkstream: Inkstream): void {
  const { api } = inkstream;
  /** The job once its execution of that id runs. */
  const running = (jobId: number, executionId: number) =>
    waitFor(
      `execution ${executionId} to run`,
      () => api.job(jobId),
      ({ files }) =>
        files.some(({ executions }) =>
          executions.some((one) => one.id === executionId && one.status === 'running'),
        ),
    );

  describe('a job', () => {
    it('is completed where one file is read and another is corrupt, which says why', async () => {
      const id = await api.upload([
        { bytes: reads('TOTAL 4.50'), name: 'good.png' },
        { bytes: corrupt('The picture ends too early'), name: 'bad.png' },
      ]);
      const job = await api.finished(id);
      expect(job.status).toBe('completed');
      expect(job.files.map(({ executions }) => executions)).toMatchObject([
        [{ id: 1, status: 'completed' }],
        [
          {
            id: 2,
            status: 'failed',
            ocrData: null,
            error: { code: 'corrupt_document', message: 'The picture ends too early' },
          },
        ],
      ]);
      expect(job.files[0]?.executions[0]).not.toHaveProperty('error');
    });

    it('is failed where no file is read', async () => {
      const id = await api.upload([{ bytes: corrupt() }, { bytes: corrupt() }]);
      const job = await api.finished(id);
      expect(job.status).toBe('failed');
      expect(job.files.map(({ executions: [one] }) => one?.error?.code)).toEqual([
        'corrupt_document',
        'corrupt_document',
      ]);
    });

    it('ends for a client that knows no other states than completed and failed', async () => {
      const ids = await Promise.all(
        [reads('x'), corrupt(), waits('client')].map((bytes) => api.upload([{ bytes }])),
      );
      const loop = async (id: number) => {
        for (let poll = 0; poll < 1_000; poll++) {
          const { status } = (await (await api.call(`/ocr-jobs/${id}`)).json()) as { status: string };
          if (status === 'completed' || status === 'failed') return status;
          expect(['pending', 'running']).toContain(status);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        return 'never';
      };
      const ends = ids.map(loop);
      await running(ids[2] ?? 0, 1);
      inkstream.process.release('client');
      expect(await Promise.all(ends)).toEqual(['completed', 'failed', 'completed']);
    });

    it('outlives a provider that stumbles, and says nothing of it in the end', async () => {
      const bytes = scripted({ do: 'stumble', name: 'once', times: 1, text: 'at last' });
      const id = await api.upload([{ bytes }]);
      const waiting = await waitFor(
        'the retry',
        () => api.job(id),
        ({ files }) => !!files[0]?.executions[0]?.error,
      );
      expect(waiting).toMatchObject({
        status: 'running',
        files: [{ executions: [{ status: 'pending', error: { code: 'timeout' } }] }],
      });
      const [execution] = (await api.finished(id)).files[0]?.executions ?? [];
      expect(execution).toMatchObject({ status: 'completed' });
      expect(execution).not.toHaveProperty('error');
      const { data } = (await (await api.call(`/ocr-jobs/${id}/history`)).json()) as {
        data: { type: string }[];
      };
      expect(data.map(({ type }) => type)).toEqual([
        'JobSubmitted',
        'ExecutionRequested',
        'ExecutionStarted',
        'ExecutionRetryScheduled',
        'ExecutionStarted',
        'ExecutionCompleted',
      ]);
    });
  });

  describe('another execution', () => {
    it('reads a file again, and with another provider, beside what was read before', async () => {
      const id = await api.upload([{ bytes: reads('again') }]);
      await api.finished(id);
      expect(await api.created(await api.requestExecution(id, 1, 'scripted-twin'))).toBe(2);
      await api.finished(id);
      expect(await api.created(await api.requestExecution(id, 1, 'scripted'))).toBe(3);
      const { files } = await api.finished(id);
      expect(
        files[0]?.executions.map(({ id: one, status, ocrProvider }) => [one, status, ocrProvider]),
      ).toEqual([
        [1, 'completed', 'scripted'],
        [2, 'completed', 'scripted-twin'],
        [3, 'completed', 'scripted'],
      ]);
    });

    it('is refused with 409 while one of the same provider is unfinished, not of another one', async () => {
      const id = await api.upload([{ bytes: waits('twice') }]);
      await expectError(await api.requestExecution(id, 1, 'scripted'), 409);
      await api.created(await api.requestExecution(id, 1, 'scripted-twin'));
      await expectError(await api.requestExecution(id, 1, 'scripted-twin'), 409);
      inkstream.process.release('twice');
      expect((await api.finished(id)).status).toBe('completed');
    });

    it('takes a failed job up again', async () => {
      const id = await api.upload([
        { bytes: scripted({ do: 'fail', code: 'content_refused', message: 'No' }) },
      ]);
      expect((await api.finished(id)).status).toBe('failed');
      await api.created(await api.requestExecution(id, 1, 'scripted-twin'));
      expect((await api.finished(id)).files[0]?.executions.map(({ status }) => status)).toEqual([
        'failed',
        'failed',
      ]);
    });

    it('is refused for a provider, job or file that is not there, a type or size that it does not take', async () => {
      const id = await api.upload([{ bytes: reads('x') }]);
      await api.finished(id);
      await expectError(
        await api.requestExecution(id, 1, 'nobody'),
        400,
        /Provider 'nobody' is not available/,
      );
      await expectError(await api.requestExecution(id, 1, 'scripted-pdf'), 415, /a PNG file/);
      await expectError(await api.requestExecution(id, 2, 'scripted'), 404);
      await expectError(await api.requestExecution(999_999, 1, 'scripted'), 404);
    });
  });
}

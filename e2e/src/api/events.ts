import { historySchema, jobSchema } from '@inkstream/contracts';
import { describe, expect, it } from 'vitest';
import { exactly, expectError } from '../support/api.ts';
import { eventsOf, type ReceivedEvent } from '../support/event-stream.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { reads, waits } from '../support/script.ts';

/** How many changes the id of an event counts. */
const countIn = (id: string) => Number(id.split('-')[0]);

/** Job events as they happen, and the history. */
export function eventsTests(inkstream: Inkstream): void {
  const { api } = inkstream;
  const open = (id: number, lastEventId?: string) =>
    api.call(`/ocr-jobs/${id}/events`, {
      headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    });

  describe('GET /ocr-jobs/:id/events', () => {
    it('tells each change of a job as it happens, to its end', async () => {
      const id = await api.upload([{ bytes: waits('told') }]);
      const response = await open(id);
      expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
      const seen: ReceivedEvent[] = [];
      for await (const event of eventsOf(response)) {
        seen.push(event);
        if (JSON.stringify(event.data).includes('"running"')) inkstream.process.release('told');
      }
      expect(jobSchema.parse(seen[0]?.data)).toMatchObject({
        id,
        files: [{ executions: [{ ocrData: null }] }],
      });
      expect(seen.at(-2)).toMatchObject({
        event: 'execution',
        data: { jobId: id, fileId: 1, execution: { id: 1, status: 'completed', ocrData: null } },
      });
      expect(seen.at(-1)).toMatchObject({
        event: 'end',
        data: {
          id,
          status: 'completed',
          job: `/ocr-jobs/${id}`,
          executions: [{ id: 1, status: 'completed' }],
        },
      });
      // Lists know it by then.
      expect((await api.list(`?search=&status=completed&limit=100`)).data.map((job) => job.id)).toContain(id);
      const revisions = seen.slice(0, -1).map((event) => countIn(event.id));
      expect(revisions).toEqual([...new Set(revisions)].toSorted((a, b) => a - b));
    });

    it('sends what a client has missed, and answers 204 to one that has seen the end', async () => {
      const id = await api.upload([{ bytes: reads('x') }]);
      await api.finished(id);
      const all = await Array.fromAsync(eventsOf(await open(id, 'unknown')));
      expect(all.map((event) => [event.event, countIn(event.id)])).toEqual([
        ['job', 3],
        ['end', 3],
      ]);
      expect((await open(id, all.at(-1)?.id)).status).toBe(204);
    });

    it('tells that the job was deleted', async () => {
      const id = await api.upload([{ bytes: waits('gone') }]);
      const events = eventsOf(await open(id));
      await events.next();
      await api.remove(`/ocr-jobs/${id}?force=true`);
      expect((await Array.fromAsync(events)).at(-1)).toMatchObject({ event: 'deleted', data: { id } });
      inkstream.process.release('gone');
    });

    it('is 404 for a job that is not there', async () => {
      await expectError(await open(999_999), 404);
    });
  });

  describe('GET /ocr-jobs/:id/history', () => {
    it('tells what happened to a job, without what its documents say', async () => {
      const id = await api.upload([{ bytes: reads('confidential') }], 'Told');
      await api.finished(id);
      const response = await api.call(`/ocr-jobs/${id}/history`);
      const { data } = await exactly(historySchema, response);
      expect(data.map(({ executionId, revision, type }) => [executionId, revision, type])).toEqual([
        [undefined, 0, 'JobSubmitted'],
        [undefined, 1, 'ExecutionRequested'],
        [1, 0, 'ExecutionStarted'],
        [1, 1, 'ExecutionCompleted'],
      ]);
      expect(JSON.stringify(data)).not.toContain('confidential');
      await expectError(await api.call('/ocr-jobs/999999/history'), 404);
    });
  });
}

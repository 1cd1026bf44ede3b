import { jobExecutionSchema, jobSchema, ocrResultSchema } from '@inkstream/contracts';
import { expect, it } from 'vitest';
import { exactly } from '../support/api.ts';
import { eventsOf, type ReceivedEvent } from '../support/event-stream.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { pagesOf } from '../support/script.ts';

/** How far a document of many pages is, while it is read. */
export function progressTests(inkstream: Inkstream): void {
  const { api } = inkstream;
  it('of a document of many pages is told as they are read, and to a client that comes back', async () => {
    const id = await api.upload([{ bytes: pagesOf(50, 31, 'page 31') }]);
    const open = (lastEventId = '') =>
      api.call(`/ocr-jobs/${id}/events`, { headers: { 'last-event-id': lastEventId } });
    const halfway = { pagesDone: 30, pages: 50 };
    const seen: ReceivedEvent[] = [];
    const events = eventsOf(await open());
    const isHalfway = ({ data: { progress } }: ReceivedEvent) =>
      (progress as { pagesDone?: number } | undefined)?.pagesDone === 30;
    for (let next = await events.next(); !next.done; next = await events.next()) {
      seen.push(next.value);
      if (isHalfway(next.value)) break;
    }
    expect(seen.at(-1)).toEqual({
      event: 'progress',
      id: '',
      data: { jobId: id, fileId: 1, executionId: 1, progress: halfway },
    });

    const response = await api.call(`/ocr-jobs/${id}`);
    const etag = response.headers.get('etag') ?? '';
    expect((await exactly(jobSchema, response)).files[0]?.executions[0]).toMatchObject({
      status: 'running',
      progress: halfway,
    });
    const again = await api.call(`/ocr-jobs/${id}`, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    const execution = await api.call(`/ocr-jobs/${id}/executions/1`);
    expect((await exactly(jobExecutionSchema, execution)).progress).toEqual(halfway);

    const last = seen.findLast((event) => event.id !== '')?.id;
    const back = eventsOf(await open(last));
    expect((await back.next()).value).toEqual(seen.at(-1));

    inkstream.process.release('page 31');
    for (const rest of [await Array.fromAsync(events), await Array.fromAsync(back)]) {
      const changes = rest.filter(({ event }) => event !== 'progress').map(({ event }) => event);
      expect(changes).toEqual(['execution', 'end']);
      expect(JSON.stringify(rest.slice(-2))).not.toContain('progress');
    }
    const { files } = await api.finished(id);
    const [ended] = files[0]?.executions ?? [];
    expect(ended).not.toHaveProperty('progress');
    expect(ocrResultSchema.parse(JSON.parse(ended?.ocrData ?? '')).pages).toHaveLength(50);
  });
}

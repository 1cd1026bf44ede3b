import { DELETIONS_TOPIC, toMessage } from '@inkstream/contracts';
import { jobObjects } from '@inkstream/domain';
import type { ReadOptions } from '@inkstream/event-store';
import { executeOnJob, readJobEvents } from '@inkstream/job-store';
import { afterEach, expect, test, vi } from 'vitest';
import { override } from '../spec-support/faulty.ts';
import { caller } from '../spec-support/jobs.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

const UID = '0193b3c0-0000-7000-8000-000000000001';

let gateway: StartedGateway;
afterEach(() => gateway.close());

/** How many events are read to delete so many files of a job that has 300, and to erase them once more. */
async function readFor(deletions: number): Promise<number> {
  let events = 0;
  gateway = await startGateway({
    backends: ({ eventStore }) => ({
      eventStore: override(eventStore, {
        async *read(stream: string, options?: ReadOptions) {
          for await (const event of eventStore.read(stream, options)) {
            events++;
            yield event;
          }
        },
      }),
    }),
  });
  const files = Array.from({ length: 300 }, (_, index) => ({
    originalName: 'receipt.png',
    mimeType: 'image/png',
    bytes: 1,
    sha256: '0'.repeat(64),
    storageKey: `${jobObjects(UID)}files/${index + 1}`,
    providers: ['fake'],
  }));
  const job = { uid: UID, tenant: 'default', name: 'Lunch', files };
  await executeOnJob(gateway.eventStore, 1, { type: 'SubmitJob', ...job }, { caller });
  for (let fileId = 1; fileId <= deletions; fileId++) {
    const url = `${gateway.url}/ocr-jobs/1/files/${fileId}?force=true`;
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(200);
  }
  const deleted = (await Array.fromAsync(readJobEvents(gateway.eventStore, 1))).slice(-deletions);
  await gateway.bus.publish(
    DELETIONS_TOPIC,
    deleted.map((event) => toMessage(event, `1-${event.revision}`)),
  );
  await vi.waitFor(async () => expect(await gateway.bus.lag(DELETIONS_TOPIC, 'content-eraser')).toBe(0));
  return events;
}

test('to delete a file of a job costs as much for each, however many it has', async () => {
  // The job is read once; each deletion then takes its last event, and the streams of its own executions.
  expect(await readFor(40)).toBeLessThan(301 + 40 * 8);
});

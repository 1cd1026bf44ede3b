import { executionStream } from '@inkstream/domain';
import { recordTelemetry } from '@inkstream/testing/telemetry';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type OpenDoor, openDoor } from './spec-support/open-door.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const UPLOAD = `00-${TRACE}-b7ad6b7169203331-01`;
/** What the worker does for its message. */
const WORKER = `00-${TRACE}-00f067aa0ba902b7-01`;

let telemetry: ReturnType<typeof recordTelemetry>;
let door: OpenDoor;
beforeEach(async () => {
  telemetry = recordTelemetry();
  door = await openDoor('the picture of a receipt', UPLOAD);
});
afterEach(async () => {
  await door.close();
  await telemetry.close();
});

const page = { pageCount: 1, model: 'acme-1', lines: [{ text: 'Shop' }] };
async function read(traceparent?: string): Promise<void> {
  const attempt = `${door.path}/attempts/1`;
  const carried = traceparent === undefined ? {} : { traceparent };
  await door.call('POST', `${door.path}/attempts`, { body: { worker: 'w1' }, ...carried });
  await door.call('PUT', `${attempt}/pages/1`, { body: page, ...carried });
  const answer = await door.call('POST', `${attempt}/completion`, { body: {}, ...carried });
  expect(await answer.json()).toEqual({ status: 'completed' });
}
const span = async (name: string) => {
  await expect.poll(() => telemetry.spans().some((one) => one.name === name)).toBe(true);
  return telemetry.spans().find((one) => one.name === name);
};
const tracesOfEvents = async () => {
  const stream = executionStream({ jobId: 1, executionId: 1 });
  const events = await Array.fromAsync(door.eventStore.read(stream));
  return events.map(({ metadata }) => String(metadata.traceparent).split('-')[1]);
};
const BEGIN = 'POST /providers/:provider/requests/:subject/:uid/:revision/attempts';

it('is in the trace of the job, below what a worker elsewhere does for it', async () => {
  await read(WORKER);
  const [served, begun] = [await span(BEGIN), await span('remote begin')];
  expect([served?.traceId, served?.parentId]).toEqual([TRACE, '00f067aa0ba902b7']);
  expect([begun?.traceId, begun?.parentId]).toEqual([TRACE, served?.spanId]);
  expect(begun?.attributes).toMatchObject({ 'inkstream.provider': 'acme', 'inkstream.execution.id': 1 });
  expect(await tracesOfEvents()).toEqual([TRACE, TRACE]);
});

it('is in it too if the worker carries nothing on, and links to its call', async () => {
  await read();
  const [served, begun] = [await span(BEGIN), await span('remote begin')];
  expect(served?.traceId).not.toBe(TRACE);
  expect([begun?.traceId, begun?.parentId, begun?.links]).toEqual([
    TRACE,
    'b7ad6b7169203331',
    [served?.spanId],
  ]);
  expect(await tracesOfEvents()).toEqual([TRACE, TRACE]);
});

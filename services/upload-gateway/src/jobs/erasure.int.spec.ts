import { DELETIONS_TOPIC, fromMessage, toMessage } from '@inkstream/contracts';
import { executionStream, jobStream } from '@inkstream/domain';
import { executeOnExecution, readJobEvents } from '@inkstream/job-store';
import { type ConsumeOptions, type MessageBus, MessageBusUnavailableError } from '@inkstream/message-bus';
import { ObjectStoreUnavailableError } from '@inkstream/object-store';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { form, uploaded } from '../spec-support/documents.ts';
import { override } from '../spec-support/faulty.ts';
import { caller, deleteOnly, keysOf, putResult, start, uidOf } from '../spec-support/jobs.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

let objectsFail = false;
let gateway: StartedGateway;
beforeEach(async () => {
  objectsFail = false;
  gateway = await startGateway({
    backends: ({ objects }) => ({
      objects: override(objects, {
        async deletePrefix(prefix) {
          if (objectsFail) throw new ObjectStoreUnavailableError('cut off');
          await objects.deletePrefix(prefix);
        },
      }),
    }),
  });
});
afterEach(() => gateway.close());

/** What the relay does: every deletion goes out. */
async function relay(id: number) {
  const events = (await Array.fromAsync(readJobEvents(gateway.eventStore, id))).filter(({ type }) =>
    ['JobDeleted', 'FileDeleted'].includes(type),
  );
  await gateway.bus.publish(
    DELETIONS_TOPIC,
    events.map((event) => toMessage(event, `${id}-${event.revision}`)),
  );
}

const typesIn = async (stream: string) =>
  (await Array.fromAsync(gateway.eventStore.read(stream))).map(({ type }) => type);

test('a job deleted in a crash before its erasure is erased by the consumer', async () => {
  const id = await uploaded(gateway.url, form([{}, {}], { password_0: 'hush' }));
  await deleteOnly(gateway, id);
  expect(await gateway.keys()).toHaveLength(3);
  await start(gateway, id, 2).catch(() => {});
  await relay(id);
  await vi.waitFor(async () => expect(await typesIn(jobStream(id))).toEqual(['JobDeleted']));
  expect(await gateway.keys()).toEqual([]);
  for (const executionId of [1, 2])
    await vi.waitFor(async () =>
      expect(await typesIn(executionStream({ jobId: id, executionId }))).toEqual(['ExecutionCancelled']),
    );
});

test('a file deleted in a crash before its erasure is erased by the consumer, with its results', async () => {
  const id = await uploaded(gateway.url, form([{}, {}]));
  await start(gateway, id, 1);
  await executeOnExecution(
    gateway.eventStore,
    { jobId: id, executionId: 1 },
    { type: 'FailExecution', attempt: 1, error: { code: 'corrupt_document', message: 'no' } },
    { uid: await uidOf(gateway, id), caller },
  );
  await putResult(gateway, id, 1);
  await putResult(gateway, id, 2);
  await deleteOnly(gateway, id, { type: 'DeleteFile', fileId: 1 });
  await relay(id);
  await vi.waitFor(async () =>
    expect(await keysOf(gateway, id)).toEqual(['executions/2/result.json', 'files/2']),
  );
  await vi.waitFor(async () =>
    expect(await typesIn(executionStream({ jobId: id, executionId: 1 }))).toEqual(['ExecutionErased']),
  );
  expect(await typesIn(executionStream({ jobId: id, executionId: 2 }))).toEqual([]);
});

test('a deletion whose erasure fails stands, and is erased once the object store answers', async () => {
  const id = await uploaded(gateway.url, form([{}]));
  objectsFail = true;
  const response = await fetch(`${gateway.url}/ocr-jobs/${id}`, { method: 'DELETE' });
  expect(response.status).toBe(200);
  expect(await gateway.keys()).toHaveLength(1);
  await relay(id);
  objectsFail = false;
  await vi.waitFor(async () => expect(await gateway.keys()).toEqual([]), 5_000);
});

test('a job whose objects do not answer is cancelled all the same, so that no worker reads on', async () => {
  await gateway.close();
  const never = new Promise<never>(() => {});
  gateway = await startGateway({
    backends: ({ objects }) => ({
      objects: override(objects, {
        async *list() {
          yield await never;
        },
      }),
    }),
  });
  const id = await uploaded(gateway.url, form([{}]));
  await start(gateway, id);
  await fetch(`${gateway.url}/ocr-jobs/${id}?force=true`, { method: 'DELETE' });
  expect(await typesIn(executionStream({ jobId: id, executionId: 1 }))).toEqual(['ExecutionCancelled']);
});

test('uploads are taken before the bus lets the consumer begin, which then erases what was deleted', async () => {
  await gateway.close();
  let refusals = 1;
  const consume = (bus: MessageBus) => async (options: ConsumeOptions) => {
    if (refusals-- > 0) throw new MessageBusUnavailableError('The group does not form');
    return bus.consume(options);
  };
  gateway = await startGateway({
    backends: ({ bus }) => ({ bus: override(bus, { consume: consume(bus) }) }),
  });
  const id = await uploaded(gateway.url, form([{}]));
  await deleteOnly(gateway, id);
  await relay(id);
  expect(await gateway.keys()).toHaveLength(1);
  await vi.waitFor(async () => expect(await gateway.keys()).toEqual([]), 5_000);
});

test('what is no event of a job goes to the dead letters, and the deletion behind it is done', async () => {
  const poison = { key: '1', value: 'no event', headers: {} };
  expect(() => fromMessage(poison)).toThrow();
  const id = await uploaded(gateway.url, form([{}]));
  await gateway.bus.publish(DELETIONS_TOPIC, [{ ...poison, key: String(id) }]);
  await deleteOnly(gateway, id);
  await relay(id);
  await vi.waitFor(async () => expect(await gateway.keys()).toEqual([]), 5_000);
});

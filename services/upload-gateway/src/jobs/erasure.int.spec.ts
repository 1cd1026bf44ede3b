import { DELETIONS_TOPIC, fromMessage, toMessage } from '@inkstream/contracts';
import { jobStream } from '@inkstream/domain';
import { execute, readJobEvents } from '@inkstream/job-store';
import { type ConsumeOptions, type MessageBus, MessageBusUnavailableError } from '@inkstream/message-bus';
import { ObjectStoreUnavailableError } from '@inkstream/object-store';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { form, uploaded } from '../spec-support/documents.ts';
import { override } from '../spec-support/faulty.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

let objectsFail = false;
let gateway: StartedGateway;
beforeEach(async () => {
  objectsFail = false;
  gateway = await startGateway({
    engines: ({ objects }) => ({
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

const streamOf = async (id: number) =>
  (await Array.fromAsync(gateway.eventStore.read(jobStream(id)))).map(({ type }) => type);
const deletion = { force: true, reason: 'test' };

test('a job deleted in a crash before its erasure is erased by the consumer', async () => {
  const id = await uploaded(gateway.url, form([{}, {}]));
  await execute(gateway.eventStore, id, { type: 'DeleteJob', ...deletion });
  expect(await gateway.keys()).toHaveLength(2);
  await relay(id);
  await vi.waitFor(async () => expect(await streamOf(id)).toEqual(['JobDeleted']));
  expect(await gateway.keys()).toEqual([]);
});

test('a file deleted in a crash before its erasure is erased by the consumer, with its results', async () => {
  const id = await uploaded(gateway.url, form([{}, {}]));
  const result = `jobs/${id}/executions/2/result.json`;
  await gateway.objects.put(`jobs/${id}/executions/1/result.json`, Buffer.from('{}'));
  await gateway.objects.put(result, Buffer.from('{}'));
  await execute(gateway.eventStore, id, { type: 'DeleteFile', fileId: 1, ...deletion });
  await relay(id);
  await vi.waitFor(async () => expect(await gateway.keys()).toEqual([result, `jobs/${id}/files/2`]));
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

test('uploads are taken before the bus lets the consumer begin, which then erases what was deleted', async () => {
  await gateway.close();
  let refusals = 1;
  const consume = (bus: MessageBus) => async (options: ConsumeOptions) => {
    if (refusals-- > 0) throw new MessageBusUnavailableError('The group does not form');
    return bus.consume(options);
  };
  gateway = await startGateway({ engines: ({ bus }) => ({ bus: override(bus, { consume: consume(bus) }) }) });
  const id = await uploaded(gateway.url, form([{}]));
  await execute(gateway.eventStore, id, { type: 'DeleteJob', ...deletion });
  await relay(id);
  expect(await gateway.keys()).toHaveLength(1);
  await vi.waitFor(async () => expect(await gateway.keys()).toEqual([]), 5_000);
});

test('what is no event of a job goes to the dead letters, and the deletion behind it is done', async () => {
  const poison = { key: '1', value: 'no event', headers: {} };
  expect(() => fromMessage(poison)).toThrow();
  const id = await uploaded(gateway.url, form([{}]));
  await gateway.bus.publish(DELETIONS_TOPIC, [{ ...poison, key: String(id) }]);
  await execute(gateway.eventStore, id, { type: 'DeleteJob', ...deletion });
  await relay(id);
  await vi.waitFor(async () => expect(await gateway.keys()).toEqual([]), 5_000);
});

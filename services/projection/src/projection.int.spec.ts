import { DEAD_LETTER_TOPIC, fromMessage, JOB_EVENTS_TOPIC, toMessage } from '@inkstream/contracts';
import { jobStream } from '@inkstream/domain';
import { StaleReadError } from '@inkstream/event-store';
import { execute, readJobView } from '@inkstream/job-store';
import { type Delivery, type MessageBus, MessageBusUnavailableError } from '@inkstream/message-bus';
import { silentLogger } from '@inkstream/service-kit';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProjection, type Projection } from './index.ts';
import { commit, history, messagesOf, openTestEngines } from './spec-support/jobs.ts';

const choices = fc.array(fc.nat({ max: 1_000 }), { maxLength: 25 });

describe('the projection', () => {
  let engines: Awaited<ReturnType<typeof openTestEngines>>;
  let projection: Projection | undefined;
  beforeEach(async () => {
    engines = await openTestEngines();
    await start();
  });
  afterEach(async () => {
    await projection?.close();
    await engines.remove();
  });

  const start = async () => {
    projection = await createProjection({ ...engines, log: silentLogger() });
  };
  const publish = (messages: Parameters<MessageBus['publish']>[1]) =>
    engines.bus.publish(JOB_EVENTS_TOPIC, messages);
  const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 20 });
  const settled = () =>
    until(async () => expect(await engines.bus.lag(JOB_EVENTS_TOPIC, 'projection')).toBe(0));
  const document = async (id: number) => (await engines.readModel.get([id])).get(id);
  const truth = async (...ids: number[]) => {
    const views = await Promise.all(ids.map((id) => readJobView(engines.eventStore, id)));
    return new Map(views.flatMap((view) => (view ? [[view.id, view] as const] : [])));
  };

  it('makes the same documents whatever the order of the messages and however often they come', async () => {
    let id = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(choices, { minLength: 1, maxLength: 3 }),
        fc.infiniteStream(fc.nat()),
        async (jobs, random) => {
          const ids = jobs.map(() => ++id);
          for (const [index, one] of ids.entries())
            await commit(engines.eventStore, one, history(`Job ${one}`, jobs[index] ?? []));
          const messages = (await Promise.all(ids.map((one) => messagesOf(engines.eventStore, one)))).flat();
          const repeated = messages.flatMap((message) =>
            random.next().value % 3 ? [message] : [message, message],
          );
          const shuffled = repeated
            .map((message) => ({ message, at: random.next().value }))
            .sort((a, b) => a.at - b.at)
            .map(({ message }) => message);
          await publish(shuffled);
          await settled();
          expect(await engines.readModel.get(ids)).toEqual(await truth(...ids));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('asks the event store for nothing where no message is missing, repeated ones included', async () => {
    const read = vi.spyOn(engines.eventStore, 'read');
    await commit(engines.eventStore, 1, history('Job', [0, 4, 1, 5]));
    const messages = await messagesOf(engines.eventStore, 1);
    read.mockClear();
    await publish([...messages, ...messages]);
    await settled();
    expect(read).not.toHaveBeenCalled();
    expect(await document(1)).toEqual(await readJobView(engines.eventStore, 1));
  });

  it('waits for a store that is behind a message, and makes the document once it is not', async () => {
    await commit(engines.eventStore, 1, history('Job', [0, 4, 1, 5]));
    const messages = await messagesOf(engines.eventStore, 1);
    const fresh = engines.eventStore.read.bind(engines.eventStore);
    // A follower that has got to revision 1.
    const read = vi.spyOn(engines.eventStore, 'read').mockImplementation(async function* stale(
      stream,
      { atLeast = -1, ...options } = {},
    ) {
      for await (const event of fresh(stream, options)) if (event.revision <= 1) yield event;
      if (atLeast > 1) throw new StaleReadError('It lags');
    });
    await publish([messages.at(-1)!]);
    await until(() => expect(read.mock.calls.length).toBeGreaterThan(2));
    expect((await document(1))?.revision).toBe(1);
    read.mockRestore();
    await settled();
    expect(await document(1)).toEqual(await readJobView(engines.eventStore, 1));
  });

  it('sets a message aside whose event is lost, makes no document of it, and goes on with its job', async () => {
    const dead: Delivery[] = [];
    const handler = (one: Delivery) => void dead.push(one);
    await engines.bus.tail({ topic: DEAD_LETTER_TOPIC, from: 'beginning', handler });
    await commit(engines.eventStore, 1, history('Job', [0]));
    const messages = await messagesOf(engines.eventStore, 1);
    const beyond = toMessage({ ...fromMessage(messages[0]!), revision: 40 }, 'lost');
    await publish([beyond, ...messages]);
    await settled();
    expect(dead.map(({ key, headers }) => [key, headers['x-reason']])).toEqual([['1', 'event_lost']]);
    expect(await document(1)).toEqual(await readJobView(engines.eventStore, 1));
  }, 30_000);

  it('fills a gap from the stream', async () => {
    await commit(engines.eventStore, 1, history('Job', [0, 4, 1, 5]));
    const messages = await messagesOf(engines.eventStore, 1);
    await publish([messages[0]!, messages.at(-1)!]);
    await settled();
    expect(await document(1)).toEqual(await readJobView(engines.eventStore, 1));
  });

  it('keeps a deleted job deleted, though its stream is truncated and its messages come late', async () => {
    const { eventStore } = engines;
    await commit(eventStore, 1, history('Job', [0, 4]));
    const late = await messagesOf(eventStore, 1);
    const { revision } = await execute(eventStore, 1, { type: 'DeleteJob', force: true, reason: 'asked' });
    await eventStore.truncate(jobStream(1), revision);
    const [deletion] = await messagesOf(eventStore, 1);
    await publish([deletion!, ...late, late[0]!]);
    await settled();
    expect(await document(1)).toMatchObject({ deleted: true, revision, name: '', files: [] });
    expect(
      (await engines.readModel.list({ page: 1, limit: 9, sort: { field: 'id', direction: 'asc' } })).total,
    ).toBe(0);
  });

  it('sends what is no event of a job to the dead letters, and nobody else waits for it', async () => {
    const dead: Delivery[] = [];
    await engines.bus.tail({
      topic: DEAD_LETTER_TOPIC,
      from: 'beginning',
      handler: (one) => void dead.push(one),
    });
    await commit(engines.eventStore, 1, history('Job', [0]));
    const [first, ...rest] = await messagesOf(engines.eventStore, 1);
    const bad = [
      { key: '1', value: '{', headers: first!.headers },
      { key: '1', value: '{"name":7}', headers: first!.headers },
      { key: '1', value: 'hello', headers: {} },
      { key: '1', value: '{}', headers: { ...first!.headers, ce_type: 'Nonsense' } },
    ];
    await publish([bad[0]!, first!, ...bad.slice(1), ...rest]);
    await until(() => expect(dead).toHaveLength(bad.length));
    expect(dead.map(({ value }) => value)).toEqual(bad.map(({ value }) => value));
    expect(dead.every(({ headers }) => headers['x-error']?.startsWith('Not an event of a job: '))).toBe(true);
    await settled();
    expect(await document(1)).toEqual(await readJobView(engines.eventStore, 1));
  });

  it('writes the other jobs though the stream of one can not be read', async () => {
    await commit(engines.eventStore, 1, history('Job 1', [0]));
    const [, ...second] = await messagesOf(engines.eventStore, 1);
    await commit(engines.eventStore, 2, history('Job 2', [0]));
    const read = engines.eventStore.read.bind(engines.eventStore);
    vi.spyOn(engines.eventStore, 'read').mockImplementation((stream, options) => {
      if (stream === jobStream(1)) throw new MessageBusUnavailableError('not now');
      return read(stream, options);
    });
    await publish([...second, ...(await messagesOf(engines.eventStore, 2))]);
    await until(async () => expect((await document(2))?.revision).toBe(3));
    expect(await document(1)).toBeUndefined();
    vi.restoreAllMocks();
    await settled();
    expect(await document(1)).toEqual(await readJobView(engines.eventStore, 1));
  });

  it('goes on where it was when it starts again', async () => {
    await commit(engines.eventStore, 1, history('Job 1', [0]));
    const messages = await messagesOf(engines.eventStore, 1);
    await publish(messages.slice(0, 2));
    await settled();
    await projection?.close();
    await publish(messages.slice(2));
    const before = (await document(1))?.revision;
    await start();
    await settled();
    expect(before).toBe(1);
    expect(await document(1)).toEqual(await readJobView(engines.eventStore, 1));
  });

  it('writes a burst in a few goes, each document once or twice', async () => {
    await projection?.close();
    const ids = Array.from({ length: 300 }, (_, n) => n + 1);
    await Promise.all(ids.map((id) => commit(engines.eventStore, id, history(`Job ${id}`, [0, 4, 1, 5]))));
    await publish((await Promise.all(ids.map((id) => messagesOf(engines.eventStore, id)))).flat());
    const replace = vi.spyOn(engines.readModel, 'replace');
    await start();
    await settled();
    const writes = replace.mock.calls.map(([replacements]) => replacements.length);
    expect(writes.filter((size) => size > 0).length).toBeLessThan(20);
    expect(writes.reduce((sum, size) => sum + size)).toBeLessThan(600);
    expect(await engines.readModel.get(ids)).toEqual(await truth(...ids));
  });
});

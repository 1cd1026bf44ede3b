import { DEAD_LETTER_TOPIC, fromMessage, JOB_EVENTS_TOPIC, toMessage } from '@inkstream/contracts';
import { executionStream, jobStream } from '@inkstream/domain';
import { StaleReadError } from '@inkstream/event-store';
import { type Delivery, type MessageBus, MessageBusUnavailableError } from '@inkstream/message-bus';
import { DocumentRefusedError } from '@inkstream/read-model';
import { type Logger, silentLogger } from '@inkstream/service-kit';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProjection, type Projection } from './index.ts';
import {
  act,
  addJob,
  completion,
  documentsOf,
  onExecution,
  onJob,
  openTestBackends,
  remove,
  submission,
  TestRelay,
  truthOf,
  uidOf,
} from './spec-support/jobs.ts';

const start = { type: 'StartExecution', attempt: 1, worker: 'w' } as const;

describe('the projection', () => {
  let backends: Awaited<ReturnType<typeof openTestBackends>>;
  let relay: TestRelay;
  let projection: Projection | undefined;
  beforeEach(async () => {
    backends = await openTestBackends();
    relay = new TestRelay(backends.eventStore);
    await begin();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await projection?.close();
    await backends.remove();
  });

  const begin = async (log: Logger = silentLogger()) => {
    projection = await createProjection({ ...backends, log });
  };
  const publish = (messages: Parameters<MessageBus['publish']>[1]) =>
    backends.bus.publish(JOB_EVENTS_TOPIC, messages);
  const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 20 });
  const settled = () =>
    until(async () => expect(await backends.bus.lag(JOB_EVENTS_TOPIC, 'projection')).toBe(0));
  const documents = (id: number) => documentsOf(backends.readModel, id);
  const truth = (id: number) => truthOf(backends.eventStore, id);
  const deadLetters = async () => {
    const dead: Delivery[] = [];
    const handler = (one: Delivery) => void dead.push(one);
    await backends.bus.tail({ topic: DEAD_LETTER_TOPIC, from: 'beginning', handler });
    return dead;
  };

  it('makes the same documents whatever the order of the messages and however often they come', async () => {
    let id = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat({ max: 10_000 }), { maxLength: 12 }), { minLength: 1, maxLength: 3 }),
        fc.infiniteStream(fc.nat()),
        async (jobs, random) => {
          const ids = jobs.map(() => ++id);
          const messages = [];
          for (const [index, one] of ids.entries()) {
            await onJob(backends.eventStore, one, submission(one));
            for (const choice of jobs[index] ?? []) {
              messages.push(...(await relay.take()));
              await act(backends.eventStore, one, choice);
            }
          }
          messages.push(...(await relay.take()));
          const shuffled = messages
            .flatMap((message) => (random.next().value % 3 ? [message] : [message, message]))
            .map((message) => ({ message, at: random.next().value }))
            .sort((a, b) => a.at - b.at)
            .map(({ message }) => message);
          await publish(shuffled);
          await settled();
          for (const one of ids) expect(await documents(one)).toEqual(await truth(one));
        },
      ),
      { numRuns: 15 },
    );
  }, 120_000);

  it('waits for a store that is behind a message, and makes the documents once it is not', async () => {
    await addJob(backends.eventStore, 1);
    const messages = await relay.take();
    const fresh = backends.eventStore.read.bind(backends.eventStore);
    // A follower that has got to revision 0 of each stream.
    const read = vi.spyOn(backends.eventStore, 'read').mockImplementation(async function* stale(
      stream,
      { atLeast = -1, ...options } = {},
    ) {
      for await (const event of fresh(stream, options)) if (event.revision <= 0) yield event;
      if (atLeast > 0) throw new StaleReadError('It lags');
    });
    await publish([messages.at(-1)!]);
    await until(() => expect(read.mock.calls.length).toBeGreaterThan(3));
    expect((await documents(1))?.executions ?? []).toEqual([]);
    read.mockRestore();
    await publish(messages);
    await settled();
    expect(await documents(1)).toEqual(await truth(1));
  });

  it('sets a message aside whose event is lost, makes no document of it, and goes on with its job', async () => {
    const dead = await deadLetters();
    await addJob(backends.eventStore, 1);
    const messages = await relay.take();
    const beyond = [messages[0]!, messages.at(-1)!].map((message, n) =>
      toMessage({ ...fromMessage(message), revision: 40 }, `lost-${n}`),
    );
    const other = { ...messages.at(-1)!.headers, ce_jobuid: uidOf(999) };
    await publish([...beyond, ...messages, { ...messages.at(-1)!, headers: other }]);
    await settled();
    expect(dead.map(({ key, headers }) => [key, headers['x-reason']]).toSorted()).toEqual([
      ['1', 'event_lost'],
      ['1/2', 'event_lost'],
      ['1/2', 'event_lost'],
    ]);
    expect(await documents(1)).toEqual(await truth(1));
  }, 40_000);

  it('sets messages aside of executions that no job requested, since a worker of a lost log wrote on', async () => {
    const dead = await deadLetters();
    await addJob(backends.eventStore, 1);
    for (const [jobId, executionId] of [
      [1, 3],
      [7, 1],
    ] as const)
      await onExecution(backends.eventStore, jobId, executionId, start);
    await publish(await relay.take());
    await settled();
    expect(dead.map(({ key, headers }) => [key, headers['x-reason'], headers['x-error']]).toSorted()).toEqual(
      [
        ['1/3', 'event_lost', 'The request of ocrExecution-1-3 is not in the event store any more'],
        ['7/1', 'event_lost', 'The request of ocrExecution-7-1 is not in the event store any more'],
      ],
    );
    expect(await documents(1)).toEqual(await truth(1));
    expect(await documents(7)).toBeNull();
  }, 40_000);

  it('fills gaps from the streams', async () => {
    await addJob(backends.eventStore, 1);
    const messages = await relay.take();
    await publish(messages.filter(({ headers }) => headers.ce_type === 'ExecutionCompleted'));
    await settled();
    expect(await documents(1)).toEqual(await truth(1));
  });

  it('keeps a deleted job deleted, though its streams are truncated and its messages come late', async () => {
    await addJob(backends.eventStore, 1);
    const late = await relay.take();
    await remove(backends.eventStore, 1);
    await publish([...(await relay.take()), ...late, late[0]!]);
    await settled();
    expect(await documents(1)).toMatchObject({
      job: { deleted: true, name: '', files: [] },
      executions: [],
    });
    expect(await documents(1)).toEqual(await truth(1));
    const sort = { field: 'id', direction: 'asc' } as const;
    const query = { tenant: 'default', start: { page: 1 }, limit: 9, sort };
    expect((await backends.readModel.listJobs(query)).total).toBe(0);
  });

  it('sends what is no event to the dead letters, and nobody else waits for it', async () => {
    const dead = await deadLetters();
    await addJob(backends.eventStore, 1);
    const [first, ...rest] = await relay.take();
    const bad = [
      { key: '1', value: '{', headers: first!.headers },
      { key: '1', value: '{"name":7}', headers: first!.headers },
      { key: '1', value: 'hello', headers: {} },
    ];
    await publish([bad[0]!, first!, ...bad.slice(1), ...rest]);
    await until(() => expect(dead).toHaveLength(bad.length));
    expect(dead.map(({ value }) => value)).toEqual(bad.map(({ value }) => value));
    for (const { headers } of dead)
      expect(headers['x-error']).toMatch(/^Not an event of a job or an execution: /);
    await settled();
    expect(await documents(1)).toEqual(await truth(1));
  });

  it('lets a message of a later release wait for the upgrade, buries it never, and goes on with the others', async () => {
    const dead = await deadLetters();
    await addJob(backends.eventStore, 1);
    await addJob(backends.eventStore, 2);
    const [first, ...rest] = await relay.take();
    const later = { ...first!, key: 'later', headers: { ...first!.headers, ce_schemaversion: '2' } };
    await publish([later, first!, ...rest]);
    await until(async () => expect(await backends.bus.lag(JOB_EVENTS_TOPIC, 'projection')).toBe(1));
    for (const id of [1, 2]) expect(await documents(id)).toEqual(await truth(id));
    await until(() =>
      expect(backends.bus.status().laterRelease).toMatchObject([{ topic: JOB_EVENTS_TOPIC }]),
    );
    expect(dead).toEqual([]);
  });

  it('sends the messages of a job whose document is too large to the dead letters, and writes all others', async () => {
    const dead = await deadLetters();
    for (const id of [1, 2, 3]) await addJob(backends.eventStore, id);
    const replace = backends.readModel.replaceJobs.bind(backends.readModel);
    vi.spyOn(backends.readModel, 'replaceJobs').mockImplementation(async (replacements) => {
      const others = replacements.filter(({ view }) => view.id !== 2);
      await replace(others);
      if (others.length < replacements.length) throw new DocumentRefusedError([2]);
      return replacements.map(() => true);
    });
    const messages = await relay.take();
    await publish(messages);
    await settled();
    await until(() => expect(dead.length).toBe(messages.length / 3));
    for (const { headers } of dead)
      expect([headers.ce_jobid, headers['x-reason']]).toEqual(['2', 'document_refused']);
    for (const id of [1, 3]) expect(await documents(id)).toEqual(await truth(id));
  });

  it('writes the other jobs though the streams of one cannot be read', async () => {
    await addJob(backends.eventStore, 1);
    const [, ...incomplete] = await relay.take();
    await addJob(backends.eventStore, 2);
    const read = backends.eventStore.read.bind(backends.eventStore);
    const away = [jobStream(1), executionStream({ jobId: 1, executionId: 1 })];
    vi.spyOn(backends.eventStore, 'read').mockImplementation((stream, options) => {
      if (away.includes(stream)) throw new MessageBusUnavailableError('not now');
      return read(stream, options);
    });
    await publish([...incomplete, ...(await relay.take())]);
    await until(async () => expect((await documents(2))?.job.status).toBe('completed'));
    expect(await documents(1)).toBeNull();
    vi.restoreAllMocks();
    await settled();
    expect(await documents(1)).toEqual(await truth(1));
  });

  it('goes on from the message that it had come to when it starts again', async () => {
    await addJob(backends.eventStore, 1);
    const messages = await relay.take();
    await publish(messages.slice(0, 4));
    await settled();
    await projection?.close();
    await publish(messages.slice(4));
    expect((await documents(1))?.job.status).toBe('running');
    await begin();
    await settled();
    expect(await documents(1)).toEqual(await truth(1));
  });

  it('writes a burst in a few goes, each document a few times', async () => {
    // An empty read model would be rebuilt.
    await addJob(backends.eventStore, 1);
    await publish(await relay.take());
    await settled();
    await projection?.close();
    const ids = Array.from({ length: 200 }, (_, n) => n + 2);
    for (const id of ids) await addJob(backends.eventStore, id);
    await publish(await relay.take());
    const replace = vi.spyOn(backends.readModel, 'replaceJobs');
    await begin();
    await settled();
    const writes = replace.mock.calls.map(([replacements]) => replacements.length);
    expect(writes.length).toBeLessThan(30);
    expect(writes.reduce((sum, size) => sum + size)).toBeLessThan(5 * ids.length);
    for (const id of [1, 100, 200]) expect(await documents(id)).toEqual(await truth(id));
  }, 60_000);

  it('writes the document of a job of many files once a batch and not once a file', async () => {
    const files = 200;
    await onJob(backends.eventStore, 1, submission(1, files));
    const executions = Array.from({ length: files }, (_, n) => n + 1);
    for (const id of executions) await onExecution(backends.eventStore, 1, id, start);
    const replace = vi.spyOn(backends.readModel, 'replaceJobs');
    await publish(await relay.take());
    await settled();
    expect(replace.mock.calls.length).toBeLessThan(20);
    expect(await documents(1)).toEqual(await truth(1));
  }, 60_000);

  it('logs one line when a job becomes final, and one more if it is final again', async () => {
    await projection?.close();
    const lines: object[] = [];
    await begin(
      Object.assign(silentLogger(), { info: (line: object) => lines.push(line) }) as unknown as Logger,
    );
    await addJob(backends.eventStore, 1);
    await addJob(backends.eventStore, 2, []);
    const messages = await relay.take();
    await publish([...messages, ...messages]);
    await settled();
    const ended = { job: 1, uid: uidOf(1), tenant: 'default', status: 'completed' };
    expect(lines).toEqual([
      { ...ended, durationMs: expect.any(Number), executions: { completed: 2, failed: 0, cancelled: 0 } },
    ]);
    await onJob(backends.eventStore, 1, {
      type: 'RequestExecution',
      fileId: 1,
      provider: 'again',
      executions: new Map([[1, { status: 'completed', attempt: 1 }]]),
      maxExecutions: 100,
    });
    await publish(await relay.take());
    await settled();
    await onExecution(backends.eventStore, 1, 3, start);
    await onExecution(backends.eventStore, 1, 3, completion(1));
    await publish(await relay.take());
    await settled();
    expect(lines).toHaveLength(2);
    await remove(backends.eventStore, 2);
    await publish(await relay.take());
    await settled();
    expect(lines).toHaveLength(2);
  });
});

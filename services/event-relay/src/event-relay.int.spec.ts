import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DELETIONS_TOPIC, fromMessage, JOB_EVENTS_TOPIC, requestsTopic } from '@inkstream/contracts';
import { jobStream } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { executeOnJob } from '@inkstream/job-store';
import { type Delivery, type MessageBus, MessageBusUnavailableError } from '@inkstream/message-bus';
import { type Backends, closeBackends, openBackends, silentLogger } from '@inkstream/service-kit';
import { recordTelemetry } from '@inkstream/testing/telemetry';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createEventRelay, type EventRelay } from './index.ts';
import { beginExecution, caller, committedEvents, document, submitJob, uidOf } from './spec-support/jobs.ts';

const log = silentLogger();
const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 1 });
const stored = (type: string, schemaVersion: number, data = {}) => ({
  id: crypto.randomUUID(),
  type,
  data,
  metadata: { schemaVersion },
});

describe('the event relay', () => {
  let folder: string;
  let backends: Backends;
  let relay: EventRelay | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-relay-'));
    backends = await openBackends({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder }, log);
    await backends.bus.ensureTopics([{ name: JOB_EVENTS_TOPIC }]);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await relay?.close();
    relay = undefined;
    await closeBackends(backends);
    await rm(folder, { recursive: true });
  });

  const start = async (bus: MessageBus = backends.bus, logger = log) => {
    relay = await createEventRelay({ eventStore: backends.eventStore, bus, log: logger });
  };
  const submit = (id: number, ...providers: string[]) => submitJob(backends.eventStore, id, providers);
  const begin = (id: number, executionId = 1) => beginExecution(backends.eventStore, id, executionId);
  const listen = async (topic: string) => {
    await backends.bus.ensureTopics([{ name: topic }]);
    const heard: Delivery[] = [];
    await backends.bus.tail({ topic, from: 'beginning', handler: (message) => void heard.push(message) });
    return heard;
  };
  const committed = () => committedEvents(backends.eventStore);
  const byJob = (heard: readonly Delivery[]) => heard.map(fromMessage).sort((a, b) => a.jobId - b.jobId);

  it('publishes every committed event, those of a job and its executions in their order, keyed by the job or the execution', async () => {
    await submit(1, 'a', 'b');
    await begin(1);
    const heard = await listen(JOB_EVENTS_TOPIC);
    await start();
    await submit(2, 'a');
    await begin(1, 2);
    await begin(2);
    const expected = await committed();
    await until(() => expect(heard).toHaveLength(expected.length));
    expect(byJob(heard)).toEqual(expected);
    const keys = new Set(heard.map(({ key, headers }) => `${headers.ce_type} ${key}`));
    expect(keys).toContain('JobSubmitted 1');
    // The request comes before what becomes of it.
    for (const type of ['ExecutionRequested', 'ExecutionStarted']) expect(keys).toContain(`${type} 1/2`);
  });

  it('sends the requests of each provider to its own topic, and nothing else there', async () => {
    const heard = await listen(requestsTopic('a'));
    const others = await listen(requestsTopic('b'));
    await start();
    await submit(1, 'a', 'b', 'a');
    await begin(1);
    await until(() => expect(heard.length + others.length).toBe(3));
    expect(heard.map(fromMessage).map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'ExecutionRequested', data: { executionId: 1, fileId: 1, provider: 'a', document } },
      { type: 'ExecutionRequested', data: { executionId: 3, fileId: 3, provider: 'a', document } },
    ]);
    expect(others.map(fromMessage).map(({ data }) => data)).toEqual([
      { executionId: 2, fileId: 2, provider: 'b', document },
    ]);
  });

  it('sends deletions to a topic of their own too, and nothing else there', async () => {
    const heard = await listen(DELETIONS_TOPIC);
    await start();
    await submit(1, 'a', 'b');
    const deletion = { executions: new Map(), force: true, reason: 'asked for' } as const;
    await executeOnJob(backends.eventStore, 1, { type: 'DeleteFile', fileId: 2, ...deletion }, { caller });
    await executeOnJob(backends.eventStore, 1, { type: 'DeleteJob', ...deletion }, { caller });
    await until(() => expect(heard).toHaveLength(2));
    expect(heard.map(fromMessage)).toEqual(
      (await committed()).filter(({ type }) => type === 'FileDeleted' || type === 'JobDeleted'),
    );
  });

  it('sends bulk requests to the bulk topic of their provider, and nothing else there', async () => {
    const bulk = await listen(requestsTopic('a', 'bulk'));
    const others = await listen(requestsTopic('a'));
    await start();
    await submitJob(backends.eventStore, 1, ['a', 'a'], { priority: 'bulk' });
    await submit(2, 'a');
    await until(() => expect(bulk.length + others.length).toBe(3));
    expect(bulk.map(({ key }) => key)).toEqual(['1/1', '1/2']);
    expect(others.map(({ key }) => key)).toEqual(['2/1']);
  });

  it('says of each message the version that its event was stored with, who asked, and whose it is', async () => {
    const heard = await listen(JOB_EVENTS_TOPIC);
    await start();
    await submit(1, 'a');
    await begin(1);
    await until(() => expect(heard).toHaveLength(3));
    const common = {
      ce_schemaversion: '1',
      ce_jobuid: uidOf(1),
      ce_tenant: 'default',
      ce_actor: 'test',
      ce_requestid: 'test',
    };
    for (const { headers } of heard) expect(headers).toMatchObject(common);
    expect(heard.map(({ headers }) => headers.ce_executionid)).toEqual([undefined, undefined, '1']);
  });

  it('hands on the event id and the trace that the event belongs to', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const heard = await listen(JOB_EVENTS_TOPIC);
    await start();
    await submitJob(backends.eventStore, 1, ['a'], { traceparent });
    await until(() => expect(heard).toHaveLength(2));
    for await (const { id } of backends.eventStore.read(jobStream(1), { limit: 1 }))
      expect(heard[0]?.headers).toMatchObject({ traceparent, ce_id: id });
  });

  it('publishes each message in a span below the request that its event came from, until it is published', async () => {
    const telemetry = recordTelemetry();
    onTestFinished(() => telemetry.close());
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    let failed = false;
    const publish: MessageBus['publish'] = async (...args) => {
      if (!failed) {
        failed = true;
        throw new MessageBusUnavailableError('once');
      }
      await backends.bus.publish(...args);
    };
    const flaky = new Proxy(backends.bus, {
      get: (bus, property: keyof MessageBus) => (property === 'publish' ? publish : bus[property].bind(bus)),
    });
    const heard = await listen(requestsTopic('a'));
    await submitJob(backends.eventStore, 1, ['a'], { traceparent });
    await start(flaky);
    await until(() => expect(heard).toHaveLength(1));
    await until(() => expect(telemetry.spans()).toHaveLength(6));
    const spans = telemetry.spans();
    const sent = spans.filter(({ name }) => name === 'send ocr.requests.a');
    expect(sent.map((span) => [span.kind, span.parentId, span.failed])).toEqual([
      ['producer', 'b7ad6b7169203331', true],
      ['producer', 'b7ad6b7169203331', false],
    ]);
    expect(heard[0]?.headers.traceparent?.split('-')[2]).toBe(sent[1]?.spanId);
    expect(sent[1]?.attributes).toMatchObject({
      ...{ 'inkstream.job.id': 1, 'inkstream.event.type': 'ExecutionRequested' },
      'messaging.message.id': heard[0]?.headers.ce_id,
    });
  });

  it('goes on after its checkpoint when it starts again, without a gap or a repetition', async () => {
    const heard = await listen(JOB_EVENTS_TOPIC);
    await start();
    await submit(1, 'a');
    await until(() => expect(heard).toHaveLength(2));
    await relay?.close();
    await submit(2, 'a');
    await begin(1);
    expect(heard).toHaveLength(2);
    await start();
    await submit(3, 'a');
    const expected = await committed();
    await until(() => expect(heard).toHaveLength(expected.length));
    expect(byJob(heard)).toEqual(expected);
  });

  it('loses nothing and keeps the order though the bus fails again and again', async () => {
    const calls = new Map<string, number>();
    const flaky = new Proxy(backends.bus, {
      get(bus, property: keyof MessageBus) {
        if (property !== 'publish') return bus[property].bind(bus);
        return async (...[topic, messages]: Parameters<MessageBus['publish']>) => {
          const call = calls.get(topic) ?? 0;
          calls.set(topic, call + 1);
          if (call === 0 || call === 4) throw new MessageBusUnavailableError('before');
          await bus.publish(topic, messages);
          if (call === 1 || call === 3) throw new MessageBusUnavailableError('after');
        };
      },
    });
    const heard = await listen(JOB_EVENTS_TOPIC);
    const requests = await listen(requestsTopic('a'));
    await submit(1, 'a');
    await start(flaky);
    await submit(2, 'a');
    await begin(1);
    await begin(2);
    const expected = await committed();
    const firsts = (all: readonly Delivery[]) => {
      const seen = new Map(all.map((one) => [one.headers.ce_id, one] as const).reverse());
      return [...seen.values()].reverse();
    };
    await until(() => expect(firsts(heard)).toHaveLength(expected.length));
    await until(() => expect(firsts(requests)).toHaveLength(2));
    expect(byJob(firsts(heard))).toEqual(expected);
  });

  it('goes on past what no release can publish', async () => {
    await backends.eventStore.append(jobStream(1), [stored('JobSubmitted', 0)], { expected: 'any' });
    const heard = await listen(JOB_EVENTS_TOPIC);
    await start();
    await submit(2, 'a');
    await until(() => expect(heard.map(({ key }) => key)).toEqual(['2', '2/1']));
  });

  it('waits at an event of a later release, once all before it are published', async () => {
    const errors = vi.spyOn(log, 'error');
    const heard = await listen(JOB_EVENTS_TOPIC);
    await submit(1, 'a');
    const later = [stored('ExecutionRequested', 2)];
    const { position } = await backends.eventStore.append(jobStream(1), later, { expected: 'any' });
    await submit(2, 'a');
    await start();
    await until(() => expect(errors.mock.calls.length).toBeGreaterThan(2));
    expect(heard.map(({ key }) => key)).toEqual(['1', '1/1']);
    const [{ err }] = errors.mock.calls.at(-1) as unknown as [{ err: Error }];
    expect(err.name).toBe('LaterReleaseError');
    expect(err.message).toContain(position);
    expect(relay?.laterRelease()).toBe(err.message);
    expect(err.message).toContain('upgrade the relay');
  });

  it('says that it waits for an upgrade no longer than it does', async () => {
    let read = fromLog;
    const eventStore = new Proxy(backends.eventStore, {
      get: (store, name: keyof EventStore) => (name === 'subscribe' ? read : store[name].bind(store)),
    });
    async function* ofLaterRelease() {
      const [event] = [stored('ExecutionPraised', 1)];
      const place = {
        stream: jobStream(1),
        revision: 9,
        position: '9',
        recordedAt: new Date(0).toISOString(),
      };
      yield { position: '9', event: { ...event!, ...place } };
    }
    function fromLog(options: Parameters<EventStore['subscribe']>[0]) {
      return backends.eventStore.subscribe(options);
    }
    read = ofLaterRelease as typeof read;
    relay = await createEventRelay({ eventStore, bus: backends.bus, log });
    await until(() => expect(relay?.laterRelease()).toContain('ExecutionPraised'));
    read = fromLog;
    await submit(1, 'a');
    await until(() => expect(relay?.laterRelease()).toBeUndefined());
  });

  it('goes on from the older checkpoint if an older backup of the log was restored under it', async () => {
    const heard = await listen(JOB_EVENTS_TOPIC);
    const backup = await openBackends(
      { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: join(folder, 'backup') },
      log,
      ['eventStore'],
    );
    let store = backends.eventStore;
    const restorable = new Proxy(store, { get: (_, name: keyof EventStore) => store[name].bind(store) });
    try {
      relay = await createEventRelay({ eventStore: restorable, bus: backends.bus, log });
      for (const id of [1, 2, 3]) await submit(id, 'a');
      await until(() => expect(heard).toHaveLength(6));
      store = backup.eventStore;
      await closeBackends({ eventStore: backends.eventStore });
      await submitJob(store, 4, ['a']);
      await until(() => expect(heard.slice(6).map(({ key }) => key)).toEqual(['4', '4/1']));
    } finally {
      await relay?.close();
      relay = undefined;
      await closeBackends(backup);
    }
  });

  it('publishes an event a few milliseconds after it was committed', async () => {
    const heard = await listen(JOB_EVENTS_TOPIC);
    await start();
    const delays: number[] = [];
    for (let id = 1; id <= 20; id++) {
      await submit(id, 'a');
      const before = performance.now();
      await until(() => expect(heard).toHaveLength(id * 2));
      delays.push(performance.now() - before);
    }
    expect(delays.sort((a, b) => a - b)[10]).toBeLessThan(100);
  });
});

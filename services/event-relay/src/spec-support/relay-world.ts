import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fromMessage, JOB_EVENTS_TOPIC } from '@inkstream/contracts';
import type { RecordedDomainEvent } from '@inkstream/domain';
import { createLease, type EventStore, EventStoreUnavailableError } from '@inkstream/event-store';
import { type Delivery, type MessageBus, MessageBusUnavailableError } from '@inkstream/message-bus';
import {
  type BackendConfig,
  type Backends,
  closeBackends,
  openBackends,
  silentLogger,
} from '@inkstream/service-kit';
import { createEventRelay, type EventRelay } from '../index.ts';
import { committedEvents, submitJob } from './jobs.ts';

const log = silentLogger();

/** A relay on connections of its own, which a test can break. */
export interface TestRelay extends EventRelay {
  readonly name: string;
  readonly faults: {
    lease: boolean;
    store: boolean;
    bus: boolean;
    /** What a publish waits for before its messages arrive. */
    publish: Promise<void> | undefined;
  };
}

/** One store with a steady load of new jobs, and what is heard of them on the feed. */
export async function openRelayWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-relays-'));
  const config: BackendConfig = { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder };
  const opened: Backends[] = [];
  const connect = async () => {
    const backends = await openBackends(config, log);
    opened.push(backends);
    return backends;
  };
  const own = await connect();
  await own.bus.ensureTopics([{ name: JOB_EVENTS_TOPIC }]);
  const heard: Delivery[] = [];
  await own.bus.tail({ topic: JOB_EVENTS_TOPIC, from: 'beginning', handler: (one) => void heard.push(one) });

  const relays: TestRelay[] = [];
  /** The names of the relays whose messages arrived, one for each time that another one's did. */
  const turns: string[] = [];
  let jobs = 0;
  let writing = true;
  const writer = (async () => {
    for (; writing; await setTimeout(20)) await submitJob(own.eventStore, ++jobs, ['a']);
  })();

  async function startRelay(name: string, ttlMs: number): Promise<TestRelay> {
    const backends = await connect();
    const faults: TestRelay['faults'] = { lease: false, store: false, bus: false, publish: undefined };
    const eventStore = breakable(backends.eventStore, async (method, stream) => {
      const renews = method === 'append' && String(stream).startsWith('lease-');
      if (faults.store || (faults.lease && renews)) throw new EventStoreUnavailableError('down');
    });
    const bus = breakable(backends.bus, async (method) => {
      if (faults.bus) throw new MessageBusUnavailableError('down');
      if (method !== 'publish') return;
      await faults.publish;
      if (turns.at(-1) !== name) turns.push(name);
    });
    const lease = createLease({ store: eventStore, name: 'event-relay', holder: name, ttlMs });
    const relay = Object.assign(await createEventRelay({ eventStore, bus, log, lease }), { name, faults });
    relays.push(relay);
    return relay;
  }

  return {
    heard,
    turns,
    startRelay,
    async stopWriting() {
      writing = false;
      await writer;
    },
    /** Every committed event, job by job. */
    committed: () => committedEvents(own.eventStore),
    /** What was heard for the first time, job by job, each in the order in which it was heard. */
    firsts(): RecordedDomainEvent[] {
      const seen = new Map<string | undefined, Delivery>();
      for (const one of heard) if (!seen.has(one.headers.ce_id)) seen.set(one.headers.ce_id, one);
      return [...seen.values()].map(fromMessage).sort((a, b) => a.jobId - b.jobId);
    },
    async [Symbol.asyncDispose]() {
      writing = false;
      await writer;
      await Promise.all(relays.map((relay) => relay.close()));
      for (const backends of opened) await closeBackends(backends);
      await rm(folder, { recursive: true });
    },
  };
}
export type RelayWorld = Awaited<ReturnType<typeof openRelayWorld>>;

type Port = EventStore | MessageBus;

/** Asks `check` before each call of the port that returns a promise; a subscription goes on. */
function breakable<P extends Port>(port: P, check: (method: string, first: unknown) => Promise<void>): P {
  return new Proxy(port, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property);
      if (typeof member !== 'function') return member;
      if (property === 'subscribe' || property === 'close') return member.bind(target);
      if (property === 'read')
        return async function* read(...args: unknown[]) {
          await check('read', args[0]);
          yield* member.apply(target, args);
        };
      return async (...args: unknown[]) => {
        await check(String(property), args[0]);
        return member.apply(target, args);
      };
    },
  });
}

import { executionStream } from '@inkstream/domain';
import type { EventStore, SubscriptionStep } from '@inkstream/event-store';
import { toStored } from '@inkstream/job-store';
import type { MessageBus } from '@inkstream/message-bus';
import { silentLogger } from '@inkstream/service-kit';
import { describe, expect, it } from 'vitest';
import { relayEvents } from './relay-events.ts';

const step = (jobId: number): SubscriptionStep => {
  const position = String(jobId);
  const stream = executionStream({ jobId, executionId: 1 });
  const place = { stream, revision: 0, position, recordedAt: '2026-11-24T12:00:00.000Z' };
  const started = { type: 'ExecutionStarted', data: { attempt: 1, worker: 'w' } } as const;
  const caller = { tenant: 'default', actor: 'test', requestId: 'test' };
  const stored = toStored(stream, started, { uid: '0193b3c0-0000-7000-8000-000000000000', caller });
  return { position, event: { ...stored, ...place }, caughtUp: true };
};

/** Relays the events of jobs 1, 2, …, one at a time; `mayPublish` and `publish` may change that. */
function setUp({ mayPublish = () => true, publish = async () => {} }) {
  const published: (string | undefined)[] = [];
  const checkpoints: unknown[] = [];
  const closing = new AbortController();
  const eventStore = {
    async *read() {},
    async append(_stream: string, [event]: readonly { data: unknown }[]) {
      checkpoints.push(event?.data);
      return { revision: 0, position: '' };
    },
    async *subscribe({ signal }: { signal: AbortSignal }) {
      for (let job = 1; !signal.aborted; job++) {
        yield step(job);
        await new Promise(setImmediate);
      }
    },
  } as unknown as EventStore;
  const bus = {
    async ensureTopics() {},
    ends: async () => [published.length],
    async publish(_topic: string, messages: readonly { key: string }[]) {
      published.push(...messages.map(({ key }) => key));
      if (published.length >= 5) closing.abort();
      await publish();
    },
  } as unknown as MessageBus;
  const deps = { eventStore, bus, log: silentLogger(), name: 'relay', mayPublish };
  const run = (giveUpAfterMs = 300) => relayEvents({ ...deps, giveUpAfterMs }, closing.signal);
  return { published, checkpoints, run };
}

describe('a relay whose turn it is', () => {
  it('finishes the batch in hand and remembers it when it is closed', async () => {
    const { published, checkpoints, run } = setUp({});
    await run();
    expect(published.slice(0, 5)).toEqual(['1/1', '2/1', '3/1', '4/1', '5/1']);
    expect(checkpoints.at(-1)).toMatchObject({ position: published.at(-1)?.split('/')[0] });
  });

  it('remembers what it published before it got stuck', async () => {
    let calls = 0;
    const publish = async () => {
      if (++calls > 2) throw new Error('down');
    };
    const { checkpoints, run } = setUp({ publish });
    await run(100);
    expect(checkpoints).toMatchObject([{ position: '2' }]);
  });

  it('gives up if it gets nowhere, so that another has its turn', async () => {
    const { published, checkpoints, run } = setUp({ publish: () => Promise.reject(new Error('down')) });
    await run(100);
    expect(new Set(published)).toEqual(new Set(['1/1']));
    expect(checkpoints).toEqual([]);
  });
});

describe('a relay whose turn is over, though nobody told it yet', () => {
  it('begins nothing', async () => {
    const { published, checkpoints, run } = setUp({ mayPublish: () => false });
    await run();
    expect([published, checkpoints]).toEqual([[], []]);
  });

  it('does not move the checkpoint for what it published at the end', async () => {
    let turn = true;
    const publish = async () => {
      turn = false;
    };
    const { published, checkpoints, run } = setUp({ mayPublish: () => turn, publish });
    await run();
    expect([published, checkpoints]).toEqual([['1/1'], []]);
  });
});

import { JOB_EVENTS_TOPIC, requestsTopic } from '@inkstream/contracts';
import { type JobEvent, SCHEMA_VERSION } from '@inkstream/domain';
import type { RecordedEvent, SubscriptionStep } from '@inkstream/event-store';
import { toStored } from '@inkstream/job-store';
import { describe, expect, it, vi } from 'vitest';
import { batches } from './batches.ts';

let sequence = 0;
const step = (changes: Partial<RecordedEvent>): SubscriptionStep => {
  const position = String(++sequence).padStart(5, '0');
  const started: JobEvent = {
    type: 'ExecutionStarted',
    data: { executionId: 1, attempt: 1, worker: 'w' },
  };
  const recorded = {
    stream: 'ocrJob-1',
    revision: sequence,
    position,
    recordedAt: '2026-11-24T12:00:00.000Z',
  };
  return { position, event: { ...toStored(1, started), ...recorded, ...changes } };
};
const request = (provider: string) =>
  step({ type: 'ExecutionRequested', data: { executionId: 1, fileId: 1, provider } });
const caughtUp = (): SubscriptionStep => ({ position: String(++sequence).padStart(5, '0'), caughtUp: true });

async function gather(steps: readonly SubscriptionStep[], error = vi.fn()) {
  async function* subscription() {
    yield* steps;
  }
  const gathered: { position: string; events: number; topics: Record<string, (string | undefined)[]> }[] = [];
  let failure: unknown;
  try {
    for await (const { position, events, messages } of batches(subscription(), { error })) {
      const revisions = [...messages].map(
        ([topic, group]) => [topic, group.map(({ headers }) => headers.ce_revision)] as const,
      );
      gathered.push({ position, events, topics: Object.fromEntries(revisions) });
    }
  } catch (thrown) {
    failure = thrown;
  }
  return { gathered, failure, error };
}
const revisions = (...steps: readonly SubscriptionStep[]) =>
  steps.map(({ event }) => String(event?.revision));

describe('the batches of the relay', () => {
  it('end where there is nothing more to read, with the position that was reached', async () => {
    const steps = [step({}), step({}), caughtUp(), step({}), caughtUp(), step({})] as const;
    expect((await gather(steps)).gathered).toEqual([
      {
        position: steps[2].position,
        events: 2,
        topics: { [JOB_EVENTS_TOPIC]: revisions(steps[0], steps[1]) },
      },
      { position: steps[4].position, events: 1, topics: { [JOB_EVENTS_TOPIC]: revisions(steps[3]) } },
    ]);
  });

  it('hold 500 events at most', async () => {
    const steps = Array.from({ length: 1_200 }, () => step({}));
    const sizes = (await gather([...steps, caughtUp()])).gathered.map(({ events }) => events);
    expect(sizes).toEqual([500, 500, 200]);
  });

  it('hold each request twice: in the feed and for its provider', async () => {
    const steps = [request('a'), step({}), request('b'), request('a'), caughtUp()] as const;
    const [batch] = (await gather(steps)).gathered;
    expect(batch?.topics).toEqual({
      [JOB_EVENTS_TOPIC]: revisions(...steps.slice(0, 4)),
      [requestsTopic('a')]: revisions(steps[0], steps[3]),
      [requestsTopic('b')]: revisions(steps[2]),
    });
  });

  it('leave out what no release can publish, and say where it is', async () => {
    const bad = [step({ stream: 'ocrJob-x' }), step({ type: 'Nonsense' }), request('../etc'), request('A b')];
    const good = step({});
    const end = caughtUp();
    const { gathered, error } = await gather([...bad, good, end]);
    expect(gathered).toEqual([
      { position: end.position, events: 5, topics: { [JOB_EVENTS_TOPIC]: revisions(good) } },
    ]);
    expect(error.mock.calls.map(([details]) => details)).toMatchObject(
      bad.map(({ position, event }) => ({ position, stream: event?.stream, revision: event?.revision })),
    );
  });

  it('end before an event of a later release, with an error that names it', async () => {
    const later = step({ metadata: { schemaVersion: SCHEMA_VERSION + 1 } });
    const before = step({});
    const { gathered, failure } = await gather([before, later, step({}), caughtUp()]);
    expect(gathered).toEqual([
      { position: before.position, events: 1, topics: { [JOB_EVENTS_TOPIC]: revisions(before) } },
    ]);
    expect(failure).toMatchObject({
      name: 'LaterReleaseError',
      message: expect.stringContaining(later.position),
    });
  });
});

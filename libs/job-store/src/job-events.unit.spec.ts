import type { JobEvent } from '@inkstream/domain';
import { SCHEMA_VERSION, UnknownEventError } from '@inkstream/domain';
import { describe, expect, it } from 'vitest';
import { fromStored, toStored } from './job-events.ts';

const started: JobEvent = { type: 'ExecutionStarted', data: { executionId: 1, attempt: 1, worker: 'a' } };
const requested = (provider: string): JobEvent => ({
  type: 'ExecutionRequested',
  data: { executionId: 2, fileId: 1, provider },
});
const stored = (event: ReturnType<typeof toStored>, stream = 'ocrJob-7') => ({
  ...event,
  stream,
  revision: 3,
  position: '9',
  recordedAt: '2026-11-24T12:00:00.000Z',
});

describe('the id of an event', () => {
  it('is the same for the same event, whichever request it came from', () => {
    const { id } = toStored(7, started);
    // Fixed for good: a store may hold the event under this id already.
    expect(id).toBe('d41eec1f-9905-5c55-9dba-002f509308b7');
    expect(toStored(7, structuredClone(started), { traceparent: '00-trace' }).id).toBe(id);
  });

  it('differs by job, type and all that the event holds, and by the request that it is told apart by', () => {
    const other: JobEvent = { ...started, data: { ...started.data, worker: 'b' } };
    const events = [toStored(7, started), toStored(8, started), toStored(7, other)];
    const more = [
      toStored(7, requested('mistral')),
      toStored(7, requested('openai')),
      toStored(7, requested('openai'), { requestId: 'one' }),
      toStored(7, requested('openai'), { requestId: 'another' }),
    ];
    const ids = [...events, ...more].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a stored event', () => {
  it('comes back as it went in', () =>
    expect(fromStored(stored(toStored(7, started, { traceparent: '00-trace' })))).toEqual({
      ...started,
      jobId: 7,
      revision: 3,
      recordedAt: '2026-11-24T12:00:00.000Z',
    }));

  it('tells its version and the request that caused it', () => {
    expect(toStored(7, started).metadata).toEqual({ schemaVersion: SCHEMA_VERSION });
    expect(toStored(7, started, { traceparent: '00-trace' }).metadata).toEqual({
      schemaVersion: SCHEMA_VERSION,
      traceparent: '00-trace',
    });
  });

  it('is refused where it is no event of a job, or from a later version', () => {
    const event = toStored(7, started);
    expect(() => fromStored(stored(event, 'allocation'))).toThrow(UnknownEventError);
    expect(() => fromStored(stored({ ...event, type: 'JobArchived' }))).toThrow(UnknownEventError);
    const later = { ...event, metadata: { schemaVersion: SCHEMA_VERSION + 1 } };
    expect(() => fromStored(stored(later))).toThrow(UnknownEventError);
    const odd = { ...event, metadata: { schemaVersion: 'two' } };
    expect(() => fromStored(stored(odd))).toThrow(UnknownEventError);
  });
});

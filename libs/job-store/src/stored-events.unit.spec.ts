import { type DomainEvent, LaterReleaseError, UnknownEventError } from '@inkstream/domain';
import { describe, expect, it } from 'vitest';
import { context, UID } from './spec-support/commands.ts';
import { fromStored, isOfExecution, isOfJob, toStored } from './stored-events.ts';

const STREAM = 'ocrExecution-7-1';
const started: DomainEvent = { type: 'ExecutionStarted', data: { attempt: 1, worker: 'a' } };
const document = { mimeType: 'image/png', bytes: 1, sha256: '0'.repeat(64), storageKey: 'k' };
const requested = (provider: string): DomainEvent => ({
  type: 'ExecutionRequested',
  data: { executionId: 2, fileId: 1, provider, document },
});
const stored = (event: ReturnType<typeof toStored>, stream = STREAM) => ({
  ...event,
  stream,
  revision: 3,
  position: '9',
  recordedAt: '2026-11-24T12:00:00.000Z',
});

describe('the id of an event', () => {
  it('is the same for the same event, whoever asked for it', () => {
    const { id } = toStored(STREAM, started, context);
    // Fixed for good: a store may hold the event under this id already.
    expect(id).toBe('32b54777-07a1-50d2-93f0-6fd17ef08245');
    const caller = { tenant: 'default', actor: 'other', requestId: 'another' };
    expect(toStored(STREAM, structuredClone(started), { uid: UID, caller, traceparent: '00-trace' }).id).toBe(
      id,
    );
  });

  it('differs by uid, stream, type and all that the event holds, and by what tells the request apart', () => {
    const other: DomainEvent = { ...started, data: { ...started.data, worker: 'b' } } as DomainEvent;
    const released: DomainEvent = { type: 'ExecutionReleased', data: { attempt: 1 } };
    const ids = [
      toStored(STREAM, started, context),
      toStored(STREAM, started, { ...context, uid: UID.replace(/1$/, '2') }),
      toStored('ocrExecution-7-2', started, context),
      toStored(STREAM, other, context),
      toStored(STREAM, released, context),
      toStored('ocrJob-7', requested('mistral'), context),
      toStored('ocrJob-7', requested('openai'), context),
      toStored('ocrJob-7', requested('openai'), { ...context, distinct: 'one' }),
      toStored('ocrJob-7', requested('openai'), { ...context, distinct: 'another' }),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a stored event', () => {
  const recorded = {
    uid: UID,
    revision: 3,
    recordedAt: '2026-11-24T12:00:00.000Z',
    schemaVersion: 1,
    caller: context.caller,
  };

  it('of either kind of stream comes back as it went in', () => {
    const ofExecution = fromStored(
      stored(toStored(STREAM, started, { ...context, traceparent: '00-trace' })),
    );
    expect(ofExecution).toEqual({ ...started, ...recorded, jobId: 7, executionId: 1 });
    const ofJob = fromStored(stored(toStored('ocrJob-7', requested('a'), context), 'ocrJob-7'));
    expect(ofJob).toEqual({ ...requested('a'), ...recorded, jobId: 7 });
    expect([isOfJob(ofJob), isOfExecution(ofJob)]).toEqual([true, false]);
    expect([isOfJob(ofExecution), isOfExecution(ofExecution)]).toEqual([false, true]);
  });

  it('tells its version, whose it is and who asked for it', () => {
    const own = { schemaVersion: 1, uid: UID, ...context.caller };
    expect(toStored(STREAM, started, context).metadata).toEqual(own);
    expect(toStored(STREAM, started, { ...context, traceparent: '00-trace' }).metadata).toEqual({
      ...own,
      traceparent: '00-trace',
    });
  });

  it('waits for the upgrade if a later release wrote it', () => {
    const event = toStored(STREAM, started, context);
    expect(() => fromStored(stored({ ...event, type: 'ReceiptSigned' }))).toThrow(LaterReleaseError);
    const later = { ...event, metadata: { ...event.metadata, schemaVersion: 2 } };
    expect(() => fromStored(stored(later))).toThrow(LaterReleaseError);
  });

  it('is refused if it is no event of a job or an execution, or in the wrong stream', () => {
    const event = toStored(STREAM, started, context);
    expect(() => fromStored(stored(event, 'allocation'))).toThrow(UnknownEventError);
    expect(() => fromStored(stored(event, 'ocrJob-7'))).toThrow(UnknownEventError);
    expect(() => fromStored(stored(toStored('ocrJob-7', requested('a'), context)))).toThrow(
      UnknownEventError,
    );
    for (const schemaVersion of ['two', 0, undefined, null])
      expect(() => fromStored(stored({ ...event, metadata: { schemaVersion } as never }))).toThrow(
        UnknownEventError,
      );
  });
});

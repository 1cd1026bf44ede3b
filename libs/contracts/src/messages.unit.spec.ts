import {
  type DomainEventType,
  LaterReleaseError,
  type RecordedDomainEvent,
  schemaVersionOf,
} from '@inkstream/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleEvents } from './examples.ts';
import { type CloudEventMessage, fromMessage, toMessage } from './messages.ts';

const EVENT_ID = 'd41eec1f-9905-5c55-9dba-002f509308b7';
const UID = '0193b1c4-5d6e-7f80-9a1b-2c3d4e5f6071';
const OF_JOB = new Set<string>(['JobSubmitted', 'ExecutionRequested', 'FileDeleted', 'JobDeleted']);
const recorded = (type: DomainEventType, jobId = 7, revision = 3): RecordedDomainEvent =>
  ({
    type,
    data: exampleEvents[type],
    jobId,
    ...(OF_JOB.has(type) ? {} : { executionId: 2 }),
    uid: UID,
    revision,
    schemaVersion: 1,
    caller: { tenant: 'acme', actor: 'someone', requestId: 'r-1' },
    recordedAt: '2026-11-24T12:00:00.123Z',
  }) as RecordedDomainEvent;
const types = Object.keys(exampleEvents) as DomainEventType[];

describe('a message', () => {
  it('is a CloudEvent in binary mode, keyed by its job', () => {
    expect(toMessage(recorded('JobDeleted'), EVENT_ID)).toEqual({
      key: '7',
      value: JSON.stringify(exampleEvents.JobDeleted),
      headers: {
        'content-type': 'application/json',
        ce_specversion: '1.0',
        ce_id: EVENT_ID,
        ce_source: '/inkstream/event-relay',
        ce_type: 'JobDeleted',
        ce_subject: 'ocrJob-7',
        ce_time: '2026-11-24T12:00:00.123Z',
        ce_jobid: '7',
        ce_jobuid: UID,
        ce_revision: '3',
        ce_schemaversion: '1',
        ce_tenant: 'acme',
        ce_actor: 'someone',
        ce_requestid: 'r-1',
      },
    });
  });

  it('has attributes named as CloudEvents asks: lower-case letters and digits', () => {
    const names = Object.keys(toMessage(recorded('JobDeleted'), EVENT_ID).headers);
    for (const name of names.filter((one) => one !== 'content-type'))
      expect(name).toMatch(/^ce_[a-z0-9]{1,20}$/);
  });

  it('carries the trace of the request that caused it', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const message = toMessage(recorded('JobDeleted'), EVENT_ID, { traceparent });
    expect(message.headers).toMatchObject({ traceparent });
    expect(fromMessage(message)).toEqual(recorded('JobDeleted'));
  });

  it.each(types)('carries %s unchanged', (type) =>
    expect(fromMessage(toMessage(recorded(type), EVENT_ID))).toEqual(recorded(type)),
  );

  it('carries any job, revision and text', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        fc.nat(1_000_000),
        fc.string({ unit: 'binary' }),
        (jobId, revision, reason) => {
          const data = { ...exampleEvents.JobDeleted, reason };
          const event = { ...recorded('JobDeleted', jobId, revision), data } as RecordedDomainEvent;
          expect(fromMessage(toMessage(event, EVENT_ID))).toEqual(event);
        },
      ),
    ));

  it('keeps fields that a later release added, at any depth, as the event store does', () => {
    const event = recorded('ExecutionFailed');
    const error = { ...exampleEvents.ExecutionFailed.error, page: 3 };
    const data = { ...exampleEvents.ExecutionFailed, error, pages: { read: 2 } };
    const message = { ...toMessage(event, EVENT_ID), value: JSON.stringify(data) };
    message.headers = { ...message.headers, ce_region: 'north' };
    expect(fromMessage(message)).toEqual({ ...event, data });
  });

  it('of an execution names its stream', () => {
    const { headers } = toMessage(recorded('ExecutionStarted'), EVENT_ID);
    expect(headers).toMatchObject({ ce_subject: 'ocrExecution-7-2', ce_executionid: '2' });
  });

  it('carries the version that the event was stored with, whatever this release writes', () => {
    const event = { ...recorded('ExecutionFailed'), schemaVersion: 7 };
    expect(toMessage(event, EVENT_ID).headers.ce_schemaversion).toBe('7');
  });

  it('carries the data as it is stored, which is of that version too', () => {
    const stored = { page: 3 };
    expect(toMessage(recorded('ExecutionFailed'), EVENT_ID, { data: stored }).value).toBe('{"page":3}');
  });

  it('of a later release is distinguished from what is not a message: its version or its type is not known yet', () => {
    const message = toMessage(recorded('ExecutionFailed'), EVENT_ID);
    const later = schemaVersionOf('ExecutionFailed') + 1;
    for (const change of [{ ce_schemaversion: String(later) }, { ce_type: 'ExecutionPraised' }])
      expect(() => fromMessage({ ...message, headers: { ...message.headers, ...change } })).toThrow(
        LaterReleaseError,
      );
  });
});

describe('what is not a message of a job', () => {
  const good = toMessage(recorded('JobDeleted'), EVENT_ID);
  const withHeader = (name: string, value: string): CloudEventMessage => ({
    ...good,
    headers: { ...good.headers, [name]: value },
  });

  it.each([
    ['ce_specversion', ['0.3', '']],
    ['ce_id', ['']],
    ['ce_type', ['', 'ExecutionStarted', '__proto__', 'toString']],
    ['ce_time', ['', 'yesterday', '2026-11-24', '2026-13-24T12:00:00Z']],
    ['ce_jobid', ['', '0', '-1', '1.5', '1e3', '0x1', ' 1', 'seven', '9'.repeat(20)]],
    ['ce_jobuid', ['']],
    ['ce_revision', ['', '-1', '1.5', '1e3', 'NaN']],
    ['ce_schemaversion', ['', '0', '1.5', 'latest']],
  ])('is refused for its %s', (name, values) => {
    for (const value of values) expect(() => fromMessage(withHeader(name, value))).toThrow();
    const { [name]: _, ...headers } = good.headers;
    expect(() => fromMessage({ ...good, headers })).toThrow();
  });

  it('is refused for its value', () => {
    for (const value of ['', '{', 'null', '[]', '"text"', '{}', '{"reason":1}', '{"reason":"a"'])
      expect(() => fromMessage({ ...good, value })).toThrow();
  });
});

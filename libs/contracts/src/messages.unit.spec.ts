import { type JobEventType, type RecordedJobEvent, SCHEMA_VERSION } from '@inkstream/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleEvents } from './examples.ts';
import { type CloudEventMessage, fromMessage, toMessage } from './messages.ts';

const EVENT_ID = 'd41eec1f-9905-5c55-9dba-002f509308b7';
const recorded = (type: JobEventType, jobId = 7, revision = 3): RecordedJobEvent =>
  ({
    type,
    data: exampleEvents[type],
    jobId,
    revision,
    recordedAt: '2026-11-24T12:00:00.123Z',
  }) as RecordedJobEvent;
const types = Object.keys(exampleEvents) as JobEventType[];

describe('a message', () => {
  it('is a CloudEvent in binary mode, keyed by its job', () => {
    expect(toMessage(recorded('JobDeleted'), EVENT_ID)).toEqual({
      key: '7',
      value: '{"reason":"asked for"}',
      headers: {
        'content-type': 'application/json',
        ce_specversion: '1.0',
        ce_id: EVENT_ID,
        ce_source: '/inkstream/event-relay',
        ce_type: 'JobDeleted',
        ce_subject: 'ocrJob-7',
        ce_time: '2026-11-24T12:00:00.123Z',
        ce_jobid: '7',
        ce_revision: '3',
        ce_schemaversion: String(SCHEMA_VERSION),
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
    const message = toMessage(recorded('JobDeleted'), EVENT_ID, traceparent);
    expect(message.headers).toMatchObject({ traceparent });
    expect(fromMessage(message)).toEqual(recorded('JobDeleted'));
  });

  it.each(types)('brings %s over as it was', (type) =>
    expect(fromMessage(toMessage(recorded(type), EVENT_ID))).toEqual(recorded(type)),
  );

  it('brings any job, revision and text over', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        fc.nat(1_000_000),
        fc.string({ unit: 'binary' }),
        (jobId, revision, reason) => {
          const event = { ...recorded('JobDeleted', jobId, revision), data: { reason } } as RecordedJobEvent;
          expect(fromMessage(toMessage(event, EVENT_ID))).toEqual(event);
        },
      ),
    ));

  it('of an earlier version is read in the shape of today', () => {
    const message = toMessage(recorded('ExecutionFailed'), EVENT_ID);
    const old = {
      ...message,
      value: '{"executionId":1,"attempt":2,"reason":"no answer"}',
      headers: { ...message.headers, ce_schemaversion: '1' },
    };
    expect(fromMessage(old).data).toEqual({
      executionId: 1,
      attempt: 2,
      error: { code: 'internal_error', message: 'no answer' },
    });
  });
});

describe('what is no message of a job', () => {
  const good = toMessage(recorded('JobDeleted'), EVENT_ID);
  const withHeader = (name: string, value: string): CloudEventMessage => ({
    ...good,
    headers: { ...good.headers, [name]: value },
  });

  it.each([
    ['ce_specversion', ['0.3', '']],
    ['ce_id', ['']],
    ['ce_type', ['', 'JobArchived', '__proto__', 'toString']],
    ['ce_time', ['', 'yesterday', '2026-11-24', '2026-13-24T12:00:00Z']],
    ['ce_jobid', ['', '0', '-1', '1.5', '1e3', '0x1', ' 1', 'seven', '9'.repeat(20)]],
    ['ce_revision', ['', '-1', '1.5', '1e3', 'NaN']],
    ['ce_schemaversion', ['', '0', '1.5', String(SCHEMA_VERSION + 1), 'latest']],
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

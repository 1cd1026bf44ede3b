import { describe, expect, it } from 'vitest';
import { started } from './ocr-execution/spec-support/given.ts';
import { requested } from './ocr-job/spec-support/given.ts';
import {
  type DomainEventType,
  isJobEvent,
  LaterReleaseError,
  schemaVersionOf,
  UnknownEventError,
  type Upcasters,
  upcast,
} from './upcast.ts';

const none = {} as Upcasters;

describe('an event of an earlier version', () => {
  const upcasters: Upcasters = {
    ...none,
    FileDeleted: [({ why, ...data }) => ({ ...data, reason: why }), (data) => ({ ...data, by: 'nobody' })],
  };

  it('is brought to the shape of today step by step, and what is stored stays as it was', () => {
    const stored = { fileId: 1, why: 'asked' };
    const today = { type: 'FileDeleted', data: { fileId: 1, reason: 'asked', by: 'nobody' } };
    expect(upcast('FileDeleted', 1, stored, upcasters)).toEqual(today);
    expect(upcast('FileDeleted', 2, { fileId: 1, reason: 'asked' }, upcasters)).toEqual(today);
    expect(upcast('FileDeleted', 3, today.data, upcasters)).toEqual(today);
    expect(stored).toEqual({ fileId: 1, why: 'asked' });
    expect(schemaVersionOf('FileDeleted', upcasters)).toBe(3);
  });

  it("waits for the upgrade if its version is above today's", () =>
    expect(() => upcast('FileDeleted', 4, {}, upcasters)).toThrow(LaterReleaseError));
});

it('takes events of today as they are', () => {
  for (const event of [requested(1), started()]) {
    const type: DomainEventType = event.type;
    expect(upcast(type, schemaVersionOf(type), event.data)).toEqual(event);
  }
});

it('takes a type that it does not know for one of a later release, so that nothing is misread', () => {
  for (const type of ['JobArchived', '', 'jobdeleted', 'toString', '__proto__'])
    expect(() => upcast(type, 1, {})).toThrow(LaterReleaseError);
});

it('refuses what has no version: no release wrote it', () => {
  for (const version of [0, -1, 1.5, Number.NaN])
    expect(() => upcast('JobDeleted', version, {})).toThrow(UnknownEventError);
});

it('tells the events of jobs from those of executions', () => {
  expect(isJobEvent(requested(1))).toBe(true);
  expect(isJobEvent(started())).toBe(false);
});

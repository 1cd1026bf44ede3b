import { describe, expect, it } from 'vitest';
import { requested } from './spec-support/given.ts';
import { SCHEMA_VERSION, UnknownEventError, upcast } from './upcast.ts';

describe('an event of an earlier version', () => {
  it.each(['ExecutionFailed', 'ExecutionRetryScheduled'])(
    '%s: its bare reason becomes a typed error',
    (type) => {
      const stored = { executionId: 1, attempt: 2, reason: 'provider said no', notBefore: 'then' };
      expect(upcast(type, 1, stored)).toEqual({
        type,
        data: {
          executionId: 1,
          attempt: 2,
          notBefore: 'then',
          error: { code: 'internal_error', message: 'provider said no' },
        },
      });
      expect(stored).toHaveProperty('reason');
    },
  );

  it('keeps its shape where that did not change', () => {
    const { type, data } = requested(1);
    expect(upcast(type, 1, data)).toEqual(requested(1));
  });
});

it('takes events of today as they are', () => {
  const data = { executionId: 1, attempt: 1, error: { code: 'timeout', message: 'late' }, reason: 'mine' };
  expect(upcast('ExecutionFailed', SCHEMA_VERSION, data)).toEqual({ type: 'ExecutionFailed', data });
});

it('refuses what it does not know, so that nothing is misread', () => {
  for (const type of ['JobArchived', '', 'jobdeleted', 'toString', '__proto__'])
    expect(() => upcast(type, SCHEMA_VERSION, {})).toThrow(UnknownEventError);
  for (const version of [0, -1, 1.5, Number.NaN, SCHEMA_VERSION + 1])
    expect(() => upcast('JobDeleted', version, {})).toThrow(UnknownEventError);
});

import {
  type DomainEventType,
  EXECUTION_ERROR_CODES,
  type ExecutionEventData,
  type JobEventData,
} from '@inkstream/domain';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { eventSchemas, parseEvent } from './events.ts';
import { exampleEvents } from './examples.ts';

const types = Object.keys(exampleEvents) as DomainEventType[];

type Immutable<T> = T extends object ? { readonly [K in keyof T]: Immutable<T[K]> } : T;
type EventData = JobEventData & ExecutionEventData;
type Parsed = { [T in DomainEventType]: Immutable<z.infer<(typeof eventSchemas)[T]>> };

/** Everywhere, or in this event alone. */
const OPTIONAL = [
  'usage',
  'cost',
  'priority',
  'pageErrors',
  'JobSubmitted.executions',
  'ExecutionRequested.pages',
  'ExecutionRequested.passwordKey',
  'ExecutionRequested.reuse',
  'ExecutionCompleted.reused',
  'ExecutionRequested.escalation',
  'ExecutionHandedOver.reading',
  'ExecutionHandedOver.error',
  'ExecutionCompleted.readIn',
  'ExecutionCompleted.despite',
];

describe.each(types)('%s', (type) => {
  const example = exampleEvents[type];

  it('is accepted with every field that it may have, and loses none', () =>
    expect(parseEvent(type, structuredClone(example))).toEqual({ type, data: example }));

  it('is refused with a field too few or of another kind', () => {
    for (const field of Object.keys(example)) {
      const { [field]: _, ...rest } = example as Record<string, unknown>;
      const optional = OPTIONAL.includes(field) || OPTIONAL.includes(`${type}.${field}`);
      if (!optional) expect(() => parseEvent(type, rest)).toThrow(z.ZodError);
      expect(() => parseEvent(type, { ...rest, [field]: null })).toThrow(z.ZodError);
    }
    for (const data of [null, undefined, [], 'text', 1]) expect(() => parseEvent(type, data)).toThrow();
  });

  it('has a JSON Schema', () =>
    expect(z.toJSONSchema(eventSchemas[type])).toMatchObject({
      type: 'object',
      properties: Object.fromEntries(Object.keys(example).map((field) => [field, expect.anything()])),
    }));
});

it('holds what the domain says, no field more or less', () => {
  expectTypeOf<Parsed>().toEqualTypeOf<{ [T in DomainEventType]: Immutable<EventData[T]> }>();
  expect(Object.keys(eventSchemas).toSorted()).toEqual(types.toSorted());
});

it('accepts every error code that the domain has, and no other', () => {
  const failed = (code: string) =>
    eventSchemas.ExecutionFailed.safeParse({ attempt: 1, error: { code, message: '' } });
  for (const code of EXECUTION_ERROR_CODES) expect(failed(code).success).toBe(true);
  for (const code of ['', 'TIMEOUT', 'toString', '__proto__']) expect(failed(code).success).toBe(false);
});

it('refuses ids, attempts, sizes and digests that cannot be', () => {
  const { ExecutionCompleted: completed } = exampleEvents;
  for (const change of [
    { attempt: 1.5 },
    { attempt: 0 },
    { resultBytes: -1 },
    { resultSha256: 'ABC' },
    { resultSha256: '0F'.repeat(32) },
    { pages: 0.5 },
    { durationMs: Number.NaN },
  ])
    expect(() => parseEvent('ExecutionCompleted', { ...completed, ...change })).toThrow(z.ZodError);
});

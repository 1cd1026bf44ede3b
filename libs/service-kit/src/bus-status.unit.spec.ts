import { toMessage } from '@inkstream/contracts';
import { LaterReleaseError, schemaVersionOf } from '@inkstream/domain';
import { PoisonMessageError } from '@inkstream/message-bus';
import { expect, it } from 'vitest';
import { busDetails } from './bus-status.ts';
import { domainEventOf } from './domain-event-of.ts';

it('reports nothing for a healthy bus, and names what waits and what is wrong', () => {
  const well = { topics: [], laterRelease: [], deadLetters: [], renewed: 3 };
  expect(busDetails({ status: () => well })).toEqual({});
  const waits = { topic: 't', group: 'g', waiting: 2 };
  const ill = { topics: ['a', 'b'], laterRelease: [waits], deadLetters: [], renewed: 0 };
  expect(busDetails({ status: () => ill })).toEqual({
    topics: 'a; b',
    laterRelease: 'Messages are waiting for an upgrade: 2 of t for g',
  });
});

it('makes a message of a later release wait, and dead-letters what makes no sense', () => {
  const data = { attempt: 1, worker: 'w' };
  const event = {
    type: 'ExecutionStarted',
    data,
    jobId: 1,
    executionId: 1,
    uid: 'u',
    revision: 2,
    schemaVersion: 1,
    recordedAt: '2026-11-24T12:00:00.000Z',
    caller: { tenant: 'default', actor: 'anonymous', requestId: 'r' },
  } as const;
  const message = toMessage(event, 'id');
  const delivery = {
    ...message,
    topic: 't',
    offset: '0:0',
    publishedAt: 0,
    redelivered: 0,
    failures: 0,
  };
  const withVersion = (version: string) => ({
    ...delivery,
    headers: { ...delivery.headers, ce_schemaversion: version },
  });
  expect(domainEventOf(delivery)).toMatchObject({ type: 'ExecutionStarted', data });
  expect(() => domainEventOf(withVersion(String(schemaVersionOf('ExecutionStarted') + 1)))).toThrow(
    LaterReleaseError,
  );
  expect(() => domainEventOf(withVersion('x'))).toThrow(PoisonMessageError);
});

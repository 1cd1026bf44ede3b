import { toMessage } from '@inkstream/contracts';
import { SCHEMA_VERSION } from '@inkstream/domain';
import { LaterReleaseError, PoisonMessageError } from '@inkstream/message-bus';
import { expect, it } from 'vitest';
import { busDetails } from './bus-status.ts';
import { jobEventOf } from './job-event-of.ts';

it('says nothing of a bus that is well, and names what waits and what is wrong', () => {
  const well = { topics: [], laterRelease: [], renewed: 3 };
  expect(busDetails({ status: () => well })).toEqual({});
  const ill = { topics: ['a', 'b'], laterRelease: [{ topic: 't', group: 'g', waiting: 2 }], renewed: 0 };
  expect(busDetails({ status: () => ill })).toEqual({
    topics: 'a; b',
    laterRelease: 'Messages wait for an upgrade: 2 of t for g',
  });
});

it('has a message of a later release wait, and sets aside what makes no sense', () => {
  const data = { executionId: 1, attempt: 1, worker: 'w' };
  const recordedAt = '2026-11-24T12:00:00.000Z';
  const message = toMessage({ jobId: 1, revision: 2, recordedAt, type: 'ExecutionStarted', data }, 'id');
  const delivery = { ...message, topic: 't', offset: '0:0', redelivered: 0, failures: 0 };
  const withVersion = (version: string) => ({
    ...delivery,
    headers: { ...delivery.headers, ce_schemaversion: version },
  });
  expect(jobEventOf(delivery)).toMatchObject({ type: 'ExecutionStarted', data });
  expect(() => jobEventOf(withVersion(String(SCHEMA_VERSION + 1)))).toThrow(LaterReleaseError);
  expect(() => jobEventOf(withVersion('x'))).toThrow(PoisonMessageError);
});

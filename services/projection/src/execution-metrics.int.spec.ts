import { JOB_EVENTS_TOPIC } from '@inkstream/contracts';
import type { ExecutionCommand, ExecutionCompleted } from '@inkstream/domain';
import { silentLogger } from '@inkstream/service-kit';
import { recordTelemetry } from '@inkstream/testing/telemetry';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createProjection, type Projection } from './index.ts';
import {
  completion,
  onExecution,
  onJob,
  openTestBackends,
  submission,
  TestRelay,
} from './spec-support/jobs.ts';

const start = (attempt: number) => ({ type: 'StartExecution', attempt, worker: 'w' }) as const;
const error = { code: 'timeout', message: 'too slow' } as const;
const completed = (attempt: number, more: Partial<ExecutionCompleted>) =>
  ({ ...completion(attempt), ...more }) as ExecutionCommand;
const cost = { amount: '0.25', currency: 'USD' };

let recorded: ReturnType<typeof recordTelemetry>;
let backends: Awaited<ReturnType<typeof openTestBackends>>;
let relay: TestRelay;
let projection: Projection;
beforeEach(async () => {
  recorded = recordTelemetry();
  backends = await openTestBackends();
  relay = new TestRelay(backends.eventStore);
  projection = await createProjection({ ...backends, log: silentLogger(), tenants: new Set(['default']) });
});
afterEach(async () => {
  await projection.close();
  await backends.remove();
  await recorded.close();
});

const settled = () =>
  vi.waitFor(async () => expect(await backends.bus.lag(JOB_EVENTS_TOPIC, 'projection')).toBe(0), 20_000);

it('counts each execution, attempt, page and dollar once, however often its events come', async () => {
  const { eventStore, bus } = backends;
  const on = (id: number, command: Parameters<typeof onExecution>[3]) =>
    onExecution(eventStore, 1, id, command);
  await onJob(eventStore, 1, submission(1, 4));
  await on(1, start(1));
  await on(1, { type: 'ScheduleRetry', attempt: 1, error, cost, notBefore: '2026-11-24T12:00:00.000Z' });
  await on(1, start(2));
  await on(1, completed(2, { pages: 3, pageErrors: 1, cost }));
  await on(2, start(1));
  await on(2, { type: 'FailExecution', attempt: 1, error });
  await on(3, start(1));
  await on(3, completed(1, { pages: 2, reused: true }));
  await on(4, { type: 'CancelExecution', reason: 'asked' });
  const messages = await relay.take();
  await bus.publish(JOB_EVENTS_TOPIC, messages.toReversed());
  await settled();
  await bus.publish(JOB_EVENTS_TOPIC, [...messages, ...messages]);
  await settled();
  await projection.rebuild();

  expect(await recorded.series('inkstream.executions')).toEqual({
    'outcome=completed provider=b tenant=default': 2,
    'error.type=timeout outcome=failed provider=a tenant=default': 1,
    'outcome=cancelled provider=a tenant=default': 1,
  });
  expect(await recorded.series('inkstream.execution.duration')).toEqual({
    'outcome=completed provider=b': 2,
    'outcome=failed provider=a': 1,
    'outcome=cancelled provider=a': 1,
  });
  expect(await recorded.series('inkstream.execution.attempts')).toEqual({
    'outcome=retried provider=b': 1,
    'outcome=completed provider=b': 2,
    'outcome=failed provider=a': 1,
  });
  expect(await recorded.series('inkstream.execution.pages')).toEqual({
    'outcome=read provider=b': 2,
    'outcome=failed provider=b': 1,
  });
  expect(await recorded.series('inkstream.execution.cost')).toEqual({ 'provider=b tenant=default': 0.5 });
});

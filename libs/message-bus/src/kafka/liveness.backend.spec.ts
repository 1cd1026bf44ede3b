import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { messages } from '../contract/subject.ts';
import { BROKERS } from './spec-support/brokers.ts';
import { Subject, until } from './spec-support/subject.ts';
import { type Task, WORKER } from './spec-support/worker.ts';

let subject: Subject;
beforeEach(async () => {
  subject = await Subject.open({ brokers: BROKERS });
});
afterEach(() => subject.close());

const startWorker = (task: Task) =>
  spawn(process.execPath, [WORKER, BROKERS.join(','), subject.topic, subject.group, task], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

it('does not deliver a message again whose handler takes longer than the session timeout', async () => {
  const [first, second] = await Promise.all([subject.bus(), subject.bus()]);
  const delivered: string[] = [];
  const { topic, group } = subject;
  const handler = async ({ value }: { value: string }) => {
    delivered.push(value);
    await sleep(4_000);
  };
  await first.consume({ topic, group, concurrency: 10, handler });
  await second.consume({ topic, group, concurrency: 10, handler });
  await sleep(200);
  await first.publish(topic, messages('abcdef', 1));
  await until(async () => (await first.lag(topic, group)) === 0);
  expect(delivered.toSorted()).toEqual(['a0', 'b0', 'c0', 'd0', 'e0', 'f0']);
});

it('redelivers what a killed process had in flight, and not what it had finished', async () => {
  const bus = await subject.bus();
  const { topic, group } = subject;
  await bus.publish(topic, messages('abcdef', 2));
  const worker = startWorker('hang');
  const exited = once(worker, 'exit');
  // The worker finishes the messages of a and b, and hangs at the others.
  await until(async () => (await bus.lag(topic, group)) === 8);
  worker.kill('SIGKILL');
  await exited;
  const delivered: string[] = [];
  await bus.consume({
    topic,
    group,
    concurrency: 10,
    handler: async ({ value }) => void delivered.push(value),
  });
  await until(async () => (await bus.lag(topic, group)) === 0);
  expect(delivered.toSorted()).toEqual(['c0', 'c1', 'd0', 'd1', 'e0', 'e1', 'f0', 'f1']);
});

it('finishes what it handles after the clock was set ahead and back, by which the client paces its heartbeats', async () => {
  const bus = await subject.bus({ silenceMs: 2_000 });
  const { topic, group } = subject;
  const handled: string[] = [];
  const handler = async ({ value }: { value: string }) => void handled.push(value);
  await bus.consume({ topic, group, concurrency: 10, handler });
  const { now } = Date;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + 2 * 3_600_000);
  await sleep(2_000);
  vi.restoreAllMocks();
  // Longer than a member may say nothing (1.5 s here).
  await sleep(4_000);
  await bus.publish(topic, messages('abcdef', 1));
  await until(async () => (await bus.lag(topic, group)) === 0, 20_000);
  expect(handled.toSorted()).toEqual(['a0', 'b0', 'c0', 'd0', 'e0', 'f0']);
});

it('leaves no socket and no timer behind: a process ends by itself once its bus is closed', async () => {
  const bus = await subject.bus();
  await bus.publish(subject.topic, messages('ab', 3));
  const worker = startWorker('finish');
  const exited = once(worker, 'exit');
  const closed = once(worker.stdout, 'data').then(() => performance.now());
  expect(await exited).toEqual([0, null]);
  expect(performance.now() - (await closed)).toBeLessThan(1_000);
  expect(await bus.lag(subject.topic, subject.group)).toBe(0);
});

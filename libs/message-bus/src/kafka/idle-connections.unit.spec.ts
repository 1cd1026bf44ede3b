import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { letConnectionsIdle } from './idle-connections.ts';

const load = createRequire(import.meta.url);
const RequestQueue = load('kafkajs/src/network/requestQueue');

/** A request as kafkajs queues it, which records when it is sent. */
const requestOf = (sent: () => void) => ({
  entry: { correlationId: 1, resolve() {} },
  expectResponse: false,
  sendRequest: sent,
});
const queue = () =>
  new RequestQueue({
    instrumentationEmitter: null,
    maxInFlightRequests: null,
    requestTimeout: 30_000,
    enforceRequestTimeout: false,
    clientId: 'spec',
    broker: 'spec',
    logger: { debug() {} },
    isConnected: () => true,
  });

beforeEach(() => {
  vi.useFakeTimers();
  letConnectionsIdle();
});
afterEach(() => {
  vi.useRealTimers();
});

it('replaces a method of the release of kafkajs that it was written for', () => {
  expect(load('kafkajs/package.json').version).toBe('2.2.4');
  expect(Object.hasOwn(RequestQueue.prototype, 'scheduleCheckPendingRequests')).toBe(true);
});

it('sets no timer while no request is pending', () => {
  queue().checkPendingRequests();
  expect(vi.getTimerCount()).toBe(0);
});

it('sends what is pending once the broker allows it, and then is idle', () => {
  const throttled = queue();
  const sent = vi.fn();
  throttled.maybeThrottle(500);
  throttled.push(requestOf(sent));
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(499);
  expect(sent).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(sent).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
});

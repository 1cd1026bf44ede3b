import { expect, it } from 'vitest';
import { DeliverLaterError, LaterReleaseError, PoisonMessageError } from '../errors.ts';
import type { ConsumeOptions } from '../message-bus.ts';
import { redeliverAfter } from './retry.ts';

const options: ConsumeOptions = { topic: 't', group: 'g', concurrency: 1, handler: async () => {} };
const pending = (deliveries: number, failures = 0) => ({ key: 'k', offset: 1, deliveries, failures });
const transient = Object.assign(new Error('down'), { transient: true });

it('doubles the backoff with each delivery, between the bounds', () => {
  const delays = [1, 2, 3, 8, 9, 2_000].map((deliveries) =>
    redeliverAfter(pending(deliveries), transient, options),
  );
  expect(delays).toEqual([200, 400, 800, 25_600, 30_000, 30_000]);
  const backoffMs = { first: 10, max: 15 };
  expect(redeliverAfter(pending(1), transient, { ...options, backoffMs })).toBe(10);
  expect(redeliverAfter(pending(2), transient, { ...options, backoffMs })).toBe(15);
});

it('gives up after ten failures, or as many as the consumer sets', () => {
  const message = pending(1);
  for (let n = 1; n < 10; n++) expect(redeliverAfter(message, new Error(), options)).toBeDefined();
  expect(redeliverAfter(message, new Error(), options)).toBeUndefined();
  expect(redeliverAfter(pending(1), 'no error', { ...options, maxDeliveries: 1 })).toBeUndefined();
});

it('never gives up for transient errors, and at once for poison', () => {
  expect(redeliverAfter(pending(500, 10), transient, options)).toBeDefined();
  expect(redeliverAfter(pending(1), new PoisonMessageError('poison'), options)).toBeUndefined();
});

it('waits for an upgrade without limit, with backoff', () => {
  const message = pending(500, 9);
  expect(redeliverAfter(message, new LaterReleaseError('version 3'), options)).toBe(30_000);
  expect(message).toMatchObject({ failures: 9, laterRelease: true });
  redeliverAfter(message, transient, options);
  expect(message).toMatchObject({ laterRelease: false });
});

it('parks a message for as long as it is told, up to the longest timer, and counts no delivery', () => {
  const message = pending(3, 1);
  expect(redeliverAfter(message, new DeliverLaterError(90_000), options)).toBe(90_000);
  expect(message).toMatchObject({ deliveries: 2, failures: 1 });
  expect(redeliverAfter(pending(1), new DeliverLaterError(2 ** 40), options)).toBe(2 ** 31 - 1);
});

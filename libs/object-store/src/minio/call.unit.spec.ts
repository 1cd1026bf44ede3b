import { expect, it } from 'vitest';
import { call } from './call.ts';

const never = () => new Promise<never>(() => {});
const passing = () => Object.assign(new Error('reset'), { code: 'ECONNRESET' });

it('ends a call that takes too long, once', async () => {
  let calls = 0;
  const hanging = () => {
    calls++;
    return never();
  };
  await expect(call(hanging, { limitMs: 20 })).rejects.toMatchObject({
    name: 'ObjectStoreUnavailableError',
    transient: true,
  });
  expect(calls).toBe(1);
});

it('retries an idempotent call after a transient fault, three times at most, and no other', async () => {
  for (const [idempotent, times] of [
    [true, 3],
    [false, 1],
  ] as const) {
    let calls = 0;
    const failing = () => {
      calls++;
      return Promise.reject(passing());
    };
    await expect(call(failing, { idempotent })).rejects.toMatchObject({ transient: true });
    expect(calls).toBe(times);
  }
});

it('starts nothing once its signal has aborted, not even between attempts', async () => {
  const reason = new Error('the client left');
  const controller = new AbortController();
  let calls = 0;
  const failing = () => {
    calls++;
    controller.abort(reason);
    return Promise.reject(passing());
  };
  const { signal } = controller;
  await expect(call(failing, { signal })).rejects.toBe(reason);
  await expect(call(failing, { signal })).rejects.toBe(reason);
  expect(calls).toBe(1);
});

it('passes a bug on as it is', async () => {
  const bug = new TypeError('not a function');
  await expect(call(() => Promise.reject(bug))).rejects.toBe(bug);
});

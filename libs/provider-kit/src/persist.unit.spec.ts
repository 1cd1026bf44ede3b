import { setTimeout as sleep } from 'node:timers/promises';
import { ObjectStoreUnavailableError } from '@inkstream/object-store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NotKeptError, ResultKeeper } from './persist.ts';

const never = new AbortController().signal;
const away = () => new ObjectStoreUnavailableError('The disk is full');
const log = { info: vi.fn(), warn: vi.fn() };
let stop: AbortController;
let keeper: ResultKeeper;
beforeEach(() => {
  vi.clearAllMocks();
  stop = new AbortController();
  keeper = open({ firstMs: 0.01, maxMs: 0.01 });
});
afterEach(() => keeper.close());

const open = (waits: { firstMs: number; maxMs: number }) =>
  new ResultKeeper({ size: 2, stopping: stop.signal, log, random: () => 0, waits });

describe('what an attempt came to', () => {
  it('is kept until the store takes it, however often it does not, and the log says so', async () => {
    let tries = 0;
    const work = async () => {
      if (++tries < 400) throw away();
      return 'stored';
    };
    expect(await keeper.keep({ jobId: 1 }, work, never)).toBe('stored');
    // As often as a store that is away for an hour is asked.
    expect(tries).toBe(400);
    expect(log.warn.mock.calls.length).toBeLessThan(20);
    expect(log.warn.mock.calls[0]).toMatchObject([{ jobId: 1, tries: 1 }, expect.stringContaining('kept')]);
    expect(log.info).toHaveBeenCalledExactlyOnceWith({ jobId: 1, tries: 400 }, expect.any(String));
  });

  it('is not tried again for a fault that is no store’s', async () => {
    const work = vi.fn(async () => {
      throw new RangeError('a mistake');
    });
    await expect(keeper.keep({}, work, never)).rejects.toThrow('a mistake');
    expect(work).toHaveBeenCalledOnce();
  });

  it('is given back at once when the service stops while it waits', async () => {
    keeper = open({ firstMs: 60_000, maxMs: 60_000 });
    const kept = keeper.keep({}, () => Promise.reject(away()), never);
    const rejects = expect(kept).rejects.toBeInstanceOf(NotKeptError);
    await sleep(10);
    stop.abort();
    await rejects;
  });

  it('is given back soon after the service stops while a store does not answer', async () => {
    const kept = keeper.keep({}, () => new Promise(() => {}), never);
    const rejects = expect(kept).rejects.toBeInstanceOf(NotKeptError);
    stop.abort();
    await rejects;
  }, 20_000);

  it('keeps no more than there is room for from being read meanwhile', async () => {
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const both = [first, second].map(({ promise }) => keeper.keep({}, () => promise, never));
    let room = false;
    const waits = keeper.room(never).then(() => {
      room = true;
    });
    await sleep(20);
    expect(room).toBe(false);
    first.resolve();
    await waits;
    second.resolve();
    await Promise.all(both);
    await expect(keeper.room(AbortSignal.abort(new Error('stopped')))).resolves.toBeUndefined();
  });
});

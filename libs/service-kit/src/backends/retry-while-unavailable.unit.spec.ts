import { describe, expect, it } from 'vitest';
import { StartError } from '../config.ts';
import { type Logger, silentLogger } from '../log.ts';
import { pingUnlessFull, retryWhileUnavailable } from './retry-while-unavailable.ts';

const down = () => Object.assign(new Error('down'), { transient: true });

/** A store that answers from its nth ping on. */
function backend(answersFrom: number, fault = down()) {
  const pings = { count: 0 };
  const ping = async () => {
    if (++pings.count < answersFrom) throw fault;
  };
  return { pings, ping };
}

describe('a service that starts', () => {
  it('waits for a store that is not there yet', async () => {
    const late = backend(3);
    await retryWhileUnavailable('Kafka', late.ping, silentLogger());
    expect(late.pings.count).toBe(3);
  });

  it('does not wait for one that is full: it reads, and deletions make room', async () => {
    const full = backend(Number.POSITIVE_INFINITY, Object.assign(down(), { full: 'folder' }));
    await retryWhileUnavailable('objects', () => pingUnlessFull(full, silentLogger()), silentLogger());
    expect(full.pings.count).toBe(1);
  });

  it('logs what it waits for and why, in one sentence and once for each reason', async () => {
    const said: unknown[][] = [];
    const log = { warn: (...what: unknown[]) => said.push(what) } as unknown as Logger;
    const reasons = ['down', 'down', 'starting', 'down'].map((reason) =>
      Object.assign(new Error(`${reason}\n    at line 1`, { cause: new Error('refused') }), {
        transient: true,
      }),
    );
    const ping = async () => {
      const fault = reasons.shift();
      if (fault) throw fault;
    };
    await retryWhileUnavailable('Kafka', ping, log);
    expect(said).toEqual(
      ['down', 'starting', 'down'].map((reason) => [
        `Kafka does not answer yet, retrying: ${reason}: refused`,
      ]),
    );
  });

  it('gives up in the end, with the error of the store', async () => {
    const never = backend(Number.POSITIVE_INFINITY);
    await expect(retryWhileUnavailable('Kafka', never.ping, silentLogger(), 150)).rejects.toThrow(
      new StartError('Kafka has not answered within 0.15 s: down'),
    );
    expect(never.pings.count).toBe(2);
  });

  it('does not wait after a permanent error', async () => {
    const wrong = backend(2, Object.assign(new Error('bad password'), { transient: false }));
    await expect(retryWhileUnavailable('Kafka', wrong.ping, silentLogger())).rejects.toThrow(
      new StartError('Kafka refuses: bad password'),
    );
  });
});

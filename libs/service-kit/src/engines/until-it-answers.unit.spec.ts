import { describe, expect, it } from 'vitest';
import { silentLogger } from '../log.ts';
import { untilItAnswers } from './until-it-answers.ts';

const down = () => Object.assign(new Error('down'), { transient: true });

/** An engine that answers from its nth ping on. */
function engine(answersFrom: number, fault = down()) {
  const pings = { count: 0 };
  const ping = async () => {
    if (++pings.count < answersFrom) throw fault;
  };
  return { pings, ping };
}

describe('a service that starts', () => {
  it('waits for an engine that is not there yet', async () => {
    const late = engine(3);
    await untilItAnswers('bus', late, silentLogger());
    expect(late.pings.count).toBe(3);
  });

  it('does not wait for one that is full: it reads, and deletions make room', async () => {
    const full = engine(Number.POSITIVE_INFINITY, Object.assign(down(), { full: 'folder' }));
    await untilItAnswers('objects', full, silentLogger());
    expect(full.pings.count).toBe(1);
  });

  it('gives up in the end, with what the engine said', async () => {
    const never = engine(Number.POSITIVE_INFINITY);
    await expect(untilItAnswers('bus', never, silentLogger(), 150)).rejects.toThrow('down');
    expect(never.pings.count).toBe(2);
  });

  it('waits for nothing that no time will mend', async () => {
    const wrong = engine(2, Object.assign(new Error('bad password'), { transient: false }));
    await expect(untilItAnswers('bus', wrong, silentLogger())).rejects.toThrow('bad password');
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { Circuit } from './circuit.ts';
import type { Outcome } from './outcome.ts';
import type { AttemptFault } from './provider-error.ts';

/** A clock that stands until it is moved. */
function handClock() {
  let now = 0;
  const timers = new Map<() => void, number>();
  return {
    now: () => new Date(now),
    startTimer(callback: () => void, ms: number) {
      timers.set(callback, now + ms);
      return () => void timers.delete(callback);
    },
    async move(ms: number) {
      now += ms;
      for (const [callback, due] of timers)
        if (due <= now) {
          timers.delete(callback);
          callback();
        }
      // A probe answers a few turns later.
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    },
  };
}

const failed = (code: AttemptFault['code'], retryAfterMs?: number): Outcome => ({
  kind: 'failed',
  fault: { code, message: `it is ${code}`, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
});
const result = { json: new Uint8Array(), sha256: '', pages: 1, model: 'm', rawPages: [] };
const well: Outcome = { kind: 'read', result };
const hung: Outcome = { kind: 'hung', fault: { code: 'timeout', message: 'no answer' } };
const options = { failures: 3, firstProbeMs: 1_000, maxProbeMs: 4_000 };

let clock: ReturnType<typeof handClock>;
let circuit: Circuit;
const open = (probe?: () => Promise<AttemptFault | null>) => {
  circuit = new Circuit({ options, probe, startTimer: clock.startTimer, now: clock.now });
  circuit.start();
};
const call = (outcome: Outcome | undefined, key = 1) =>
  circuit.call(
    key,
    async () => 'called',
    () => outcome,
  );
const calls = async (outcome: Outcome, count: number) => {
  for (let n = 0; n < count; n++) await call(outcome, n);
};
beforeEach(() => {
  clock = handClock();
  open();
});

describe('a circuit', () => {
  it('opens after so many faults of the provider in a row, and lets nothing through', async () => {
    await calls(failed('provider_unavailable'), 2);
    await call(well);
    await calls(failed('rate_limited'), 2);
    expect(circuit.open).toBe(false);
    await call(failed('provider_unavailable'));
    expect(circuit.open).toBe(true);
    expect(await call(well)).toBeNull();
    expect(circuit.status).toMatchObject({ state: 'paused', reason: 'it is provider_unavailable' });
  });

  it('waits as long as the provider asks for, but for an hour at most: timers wait no year', async () => {
    let probes = 0;
    const waits: number[] = [];
    const startTimer = (callback: () => void, ms: number) => {
      waits.push(ms);
      return clock.startTimer(callback, ms);
    };
    const probe = async () => {
      probes++;
      return { code: 'rate_limited', message: 'later', retryAfterMs: 31_536_000_000 } as const;
    };
    circuit = new Circuit({ options, probe, startTimer, now: clock.now });
    circuit.start();
    await clock.move(0);
    for (let hour = 0; hour < 2; hour++) await clock.move(3_600_000);
    expect(probes).toBe(3);
    expect(waits).toEqual([3_600_000, 3_600_000, 3_600_000]);
  });

  it.each(['credentials_rejected', 'credit_exhausted'] as const)('opens at once at %s', async (code) => {
    await call(failed(code));
    expect(circuit.open).toBe(true);
  });

  it('opens when documents of several jobs hang, and not when those of one job do', async () => {
    for (let n = 0; n < 9; n++) await call(hung, 7);
    expect(circuit.open).toBe(false);
    await calls(hung, 2);
    expect(circuit.open).toBe(true);
  });

  it('takes an answer about a document for a sign of life, and faults of ours for no sign at all', async () => {
    await calls(failed('provider_unavailable'), 2);
    for (const code of ['internal_error', 'worker_lost', 'document_missing', 'timeout'] as const)
      await call(failed(code));
    await call(undefined);
    await call(failed('corrupt_document'));
    await calls(failed('provider_unavailable'), 2);
    expect(circuit.open).toBe(false);
    await call(failed('internal_error'));
    await call(failed('provider_unavailable'));
    expect(circuit.open).toBe(true);
  });

  it('lets one call through once its time has come, whenever that call comes, and closes if it is well', async () => {
    await calls(failed('provider_unavailable'), 3);
    await clock.move(999);
    expect(circuit.admits).toBe(false);
    await clock.move(1);
    expect(circuit.admits).toBe(true);
    await clock.move(86_400_000);
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const probe = circuit.call(
      1,
      () => promise,
      (outcome) => outcome,
    );
    expect(await call(well)).toBeNull();
    resolve(well);
    expect(await probe).toBe(well);
    expect(circuit.open).toBe(false);
    expect(await call(well)).toBe('called');
  });

  it('waits twice as long after each probe that fails, up to a limit, or as long as the provider asks', async () => {
    await calls(failed('provider_unavailable'), 3);
    for (const waitMs of [1_000, 2_000, 4_000, 4_000]) {
      await clock.move(waitMs - 1);
      expect(circuit.admits).toBe(false);
      await clock.move(1);
      expect(circuit.admits).toBe(true);
      await call(failed('rate_limited'));
    }
    await clock.move(4_000);
    await call(failed('rate_limited', 60_000));
    await clock.move(59_999);
    expect(circuit.admits).toBe(false);
    await clock.move(1);
    expect(circuit.admits).toBe(true);
  });

  it('goes on probing if the probe says nothing of the provider, or fails by itself', async () => {
    await calls(failed('provider_unavailable'), 3);
    await clock.move(1_000);
    await call(failed('document_missing'));
    expect([circuit.open, circuit.admits]).toEqual([true, true]);
    const broken = () =>
      circuit.call(
        1,
        () => Promise.reject(new Error('store')),
        () => undefined,
      );
    await expect(broken()).rejects.toThrow('store');
    expect([circuit.open, circuit.admits]).toEqual([true, true]);
  });

  it('learns nothing from a call that began before it opened', async () => {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const late = circuit.call(
      1,
      () => promise,
      (outcome) => outcome,
    );
    await calls(failed('provider_unavailable'), 3);
    resolve(well);
    await late;
    expect(circuit.open).toBe(true);
  });

  it('has those who wait for a change know of it, or of their abort', async () => {
    await calls(failed('provider_unavailable'), 3);
    const aborted = new AbortController();
    const waits = circuit.changed(aborted.signal);
    aborted.abort(new Error('enough'));
    await expect(waits).rejects.toThrow('enough');
    const changed = circuit.changed(new AbortController().signal);
    await clock.move(1_000);
    await changed;
  });
});

describe('a circuit over a provider that can be probed', () => {
  const down: AttemptFault = { code: 'provider_unavailable', message: 'no pip' };
  let answer: AttemptFault | null;
  let probes = 0;
  const start = async (first: AttemptFault | null) => {
    answer = first;
    probes = 0;
    open(async () => {
      probes++;
      return answer;
    });
    expect(circuit.status).toMatchObject({ state: 'paused', reason: 'The engine is starting' });
    await clock.move(0);
  };

  it('is ready once the first probe is well', async () => {
    await start(null);
    expect(circuit.status).toEqual({ state: 'ready', since: '1970-01-01T00:00:00.000Z' });
  });

  it('is unavailable while it never could read, tries again later and later, and is ready once it can', async () => {
    await start(down);
    expect(circuit.status).toMatchObject({ state: 'unavailable', reason: 'no pip' });
    for (const waitMs of [1_000, 2_000, 4_000, 4_000]) await clock.move(waitMs);
    expect(probes).toBe(5);
    answer = null;
    await clock.move(4_000);
    expect(circuit.status).toEqual({ state: 'ready', since: '1970-01-01T00:00:15.000Z' });
  });

  it('is paused if it could read before, or lacks but credit', async () => {
    await start(null);
    await call(failed('credentials_rejected'));
    expect(circuit.status).toMatchObject({ state: 'paused', reason: 'it is credentials_rejected' });
    await start({ code: 'credit_exhausted', message: 'no credit' });
    expect(circuit.status).toMatchObject({ state: 'paused', reason: 'no credit' });
  });

  it('closes by its probe with no work at hand, and opens for longer at the next fault', async () => {
    await start(null);
    await calls(failed('provider_unavailable'), 3);
    await clock.move(1_000);
    expect([circuit.open, probes]).toEqual([false, 2]);
    await call(failed('provider_unavailable'));
    expect(circuit.open).toBe(true);
    await clock.move(1_999);
    expect(circuit.open).toBe(true);
    await clock.move(1);
    expect(circuit.open).toBe(false);
  });

  it('is asked when a document hangs, which tells a document that never ends from a provider that is down', async () => {
    await start(null);
    for (let n = 0; n < 9; n++) await call(hung, 7);
    expect([circuit.open, probes]).toEqual([false, 10]);
    answer = down;
    await call(hung, 7);
    expect(circuit.status).toMatchObject({ state: 'paused', reason: 'no pip' });
  });

  it('probes no more once it is closed for good', async () => {
    await start(down);
    circuit.close();
    await clock.move(60_000);
    expect(probes).toBe(1);
  });
});

describe('a circuit with a gate', () => {
  const spent: AttemptFault = { code: 'credit_exhausted', message: 'spent', pause: 'budget_spent' };
  let gate: AttemptFault | null;
  const openWith = async (probe?: () => Promise<AttemptFault | null>) => {
    const { startTimer, now } = clock;
    circuit = new Circuit({ options, probe, gate: async () => gate, startTimer, now });
    circuit.start();
    await clock.move(0);
  };

  it('calls nothing, and probes nothing, until the gate lets it', async () => {
    let probes = 0;
    gate = spent;
    await openWith(async () => {
      probes++;
      return null;
    });
    expect(circuit.status).toMatchObject({ state: 'paused', cause: 'budget_spent', reason: 'spent' });
    await clock.move(1_000);
    expect([circuit.admits, probes]).toEqual([false, 0]);
    gate = null;
    await clock.move(2_000);
    expect([circuit.admits, probes]).toEqual([true, 1]);
  });

  it('opens at the first call that meets the gate, and closes with it, though nothing can be probed', async () => {
    gate = null;
    await openWith();
    expect(circuit.status.state).toBe('ready');
    gate = spent;
    await call({ kind: 'failed', fault: spent });
    expect(circuit.status.cause).toBe('budget_spent');
    await clock.move(1_000);
    gate = null;
    await clock.move(2_000);
    expect(circuit.status).toMatchObject({ state: 'ready' });
  });

  it('still has the next document probe a provider that was down', async () => {
    gate = null;
    await openWith();
    await calls(failed('provider_unavailable'), 3);
    await clock.move(1_000);
    expect([circuit.open, circuit.admits]).toEqual([true, true]);
  });
});

it.each([
  ['credit_exhausted', undefined, 'no_credit'],
  ['credit_exhausted', 'no_allowance', 'no_allowance'],
  ['credentials_rejected', undefined, 'key_refused'],
  ['provider_unavailable', 'model_gone', 'model_gone'],
] as const)('opens at once at %s (%s), and says that %s is to be mended', async (code, pause, cause) => {
  await call({ kind: 'failed', fault: { code, message: 'no', ...(pause && { pause }) } });
  expect(circuit.status).toMatchObject({ cause, reason: 'no' });
});

it('says that a provider whose key is refused from the start is unavailable', async () => {
  await call(failed('credentials_rejected'));
  expect(circuit.status).toMatchObject({ state: 'unavailable', reason: 'it is credentials_rejected' });
});

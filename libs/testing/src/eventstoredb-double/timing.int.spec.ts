import { DeadlineExceededError, TimeoutError } from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { mulberry32 } from '../random.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { connect, connected, startDouble } from './spec-support/doubles.ts';
import { event, failureOf, newStream } from './spec-support/server.ts';

const calls = [
  ['BatchAppend', true, DeadlineExceededError],
  ['Append', false, TimeoutError],
] as const;

describe.each(calls)('on the EventStoreDB wire double, appending by %s', (_name, batchAppend, Late) => {
  it('3.7 a repetition of what is not committed yet is dropped, and answered when its time is over', async () => {
    const double = await startDouble({ batchAppend, commitTimeoutMs: 2_000, random: () => 0 });
    const [client, stream, once] = [await connected(double), newStream(), event()];
    double.inject({ kind: 'slow-commit', calls: 1, delayMs: 1_500 });
    const append = () => client.appendToStream(stream, once, { expectedRevision: 'no_stream' });
    const first = append();
    first.catch(() => undefined);
    const repeated = await failureOf(append());
    expect(repeated).toBeInstanceOf(Late);
    expect((await first).nextExpectedRevision).toBe(0n);
    expect((await append()).nextExpectedRevision).toBe(0n);
  });

  it('3.7 an append whose commit takes longer than a write may is not answered in time', async () => {
    const double = await startDouble({ batchAppend, commitTimeoutMs: 100 });
    const [client, stream] = [await connected(double), newStream()];
    double.inject({ kind: 'slow-commit', calls: 1, delayMs: 60_000 });
    expect(await failureOf(client.appendToStream(stream, event()))).toBeInstanceOf(Late);
  });

  it(`3.16 ${batchAppend ? 'a client whose clock is behind appends nothing in time' : 'the time of a call is relative'}`, async () => {
    const clock = { ...SYSTEM_CLOCK, now: () => Date.now() + 15_000 };
    const client = connect(await startDouble({ batchAppend, clock }));
    const append = (deadline: number) => client.appendToStream(newStream(), event(), { deadline });
    if (batchAppend) expect(await failureOf(append(10_000))).toBeInstanceOf(Late);
    else await append(10_000);
    await append(60_000);
  });

  it(`3.17 calls that are made at once ${batchAppend ? 'keep their order' : 'may overtake each other'}`, async () => {
    const double = await startDouble({ batchAppend, random: mulberry32(1) });
    const [client, stream] = [await connected(double), newStream()];
    const chain = Array.from({ length: 100 }, (_, n) =>
      client.appendToStream(stream, event(n), { expectedRevision: n === 0 ? 'no_stream' : BigInt(n - 1) }),
    );
    const settled = await Promise.allSettled(chain);
    const through = settled.filter(({ status }) => status === 'fulfilled').length;
    if (batchAppend) expect(through).toBe(100);
    else expect(through).toBeLessThan(100);
  });
});

import { once } from 'node:events';
import { UnavailableError, UnknownError } from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { connect, connected, startDouble } from './spec-support/doubles.ts';
import { event, failureOf, newStream } from './spec-support/server.ts';

describe('the start of the EventStoreDB wire double', () => {
  it.each([
    ['BatchAppend', true, UnknownError],
    ['Append', false, UnavailableError],
  ] as const)(
    '5.1 refuses writes by %s until it is ready, and serves reads',
    async (_name, batchAppend, Refused) => {
      const client = connect(await startDouble({ batchAppend, notReadyMs: 1_500 }));
      const refused = await failureOf(client.appendToStream(newStream(), event()));
      expect(refused).toBeInstanceOf(Refused);
      expect(refused).toMatchObject({ message: expect.stringContaining('Server Is Not Ready') });
      if (batchAppend) expect(refused).toMatchObject({ code: undefined });
      for await (const { event } of client.readAll({ maxCount: 1 })) expect(event).toBeDefined();
      await expect
        .poll(() => client.appendToStream(newStream(), event()).catch(() => undefined), { timeout: 10_000 })
        .toMatchObject({ success: true });
    },
  );
});

describe('the slow end of the EventStoreDB wire double', () => {
  it('5.2 is at once if nothing is under way', async () => {
    const double = await startDouble({ batchAppend: false });
    await connected(double);
    const began = performance.now();
    await double.shutDown();
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('5.2 refuses a few appends, then leaves all without an answer for 5 s, then ends the calls with 13', async () => {
    const double = await startDouble();
    const [client, stream] = [await connected(double), newStream()];
    const subscription = client.subscribeToStream(stream).resume();
    await once(subscription, 'caughtUp');
    const ended = once(subscription, 'error');
    const began = performance.now();
    const down = double.shutDown();
    const append = () => failureOf(client.appendToStream(stream, event()));
    for (let n = 0; n < 3; n++)
      expect(await append()).toMatchObject({ message: expect.stringContaining('Not Ready') });
    const unanswered = await append();
    expect(performance.now() - began).toBeGreaterThan(4_900);
    expect(unanswered).toMatchObject({ code: 13 });
    expect((await ended)[0]).toBeInstanceOf(UnknownError);
    await down;
    const late = connect({ url: `${double.url}&maxDiscoverAttempts=1` });
    expect(await failureOf(late.appendToStream(stream, event()))).toMatchObject({ code: 14 });
  });
});

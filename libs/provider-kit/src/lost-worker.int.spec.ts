import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { execution, fault, type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

describe('a worker that dies', () => {
  it('takes over what a dead worker left running', async () => {
    const id = await harness.request('apple');
    await harness.loseAttempts(id, 1);
    await harness.start({ engine: wordsEngine(async (word) => word) });
    expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', attempt: 2 });
  });

  it('fails a document that keeps killing its worker', async () => {
    const id = await harness.request('apple');
    await harness.loseAttempts(id, 10);
    const act = vi.fn(async (word: string) => word);
    await harness.start({ engine: wordsEngine(act) });
    expect(execution(await harness.final(id))).toMatchObject({
      status: 'failed',
      error: { code: 'worker_lost' },
    });
    expect(act).not.toHaveBeenCalled();
  });

  it('reads a document that may have killed its worker alone', async () => {
    const suspect = await harness.submit('suspect');
    await harness.loseAttempts(suspect, 2);
    let now = 0;
    let besides = 0;
    await harness.start({
      concurrency: 4,
      engine: wordsEngine(async (word) => {
        now++;
        if (word === 'suspect') besides = now - 1;
        await sleep(20);
        if (word === 'suspect') besides += now - 1;
        now--;
        return word;
      }),
    });
    const others = await harness.request('a', 'b', 'c', 'd', 'e');
    await harness.publish(suspect);
    const more = await harness.request('f', 'g');
    for (const id of [others, suspect, more]) expect((await harness.final(id)).status).toBe('completed');
    expect(besides).toBe(0);
  });

  it('removes what a dead worker stored for a job that was deleted', async () => {
    const id = await harness.request('apple');
    await harness.loseAttempts(id, 1);
    await harness.objects.put(harness.objectOf(id, 'result-1.json'), new TextEncoder().encode('{}'));
    await harness.deleteFile(id);
    await harness.start({ engine: wordsEngine(async (word) => word) });
    await vi.waitFor(async () => expect(await harness.results(id)).toEqual([]));
  });

  it('removes what a dead worker stored before another one finished its work', async () => {
    const id = await harness.request('apple', 'pear');
    for (const executionId of [1, 2]) {
      await harness.loseAttempts(id, 1, executionId);
      for (const name of ['result-1.json', 'raw-1.json'])
        await harness.objects.put(harness.objectOf(id, name, executionId), new TextEncoder().encode('{}'));
    }
    const act = async (word: string) => {
      if (word === 'pear') throw fault('corrupt_document');
      return word;
    };
    await harness.start({ engine: wordsEngine(act) });
    expect((await harness.final(id)).status).toBe('completed');
    await vi.waitFor(async () =>
      expect(await harness.results(id)).toEqual([harness.objectOf(id, 'result-2.json')]),
    );
  });
});

import { StoreClock } from '@inkstream/event-store';
import { readExecutionEvents, readJobEvents } from '@inkstream/job-store';
import { silentLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultRetryPolicy as policy } from '../retry-policy.ts';
import { execution, type Harness, openHarness } from '../spec-support/harness.ts';
import type { RequestName } from './asked-request.ts';
import { RemoteAttempts } from './remote-attempts.ts';

const auto = { first: 'fake', next: ['second'], fields: ['total'], confidence: 0.8 };
let harness: Harness;
let attempts: RemoteAttempts;
beforeEach(async () => {
  harness = await openHarness({ auto });
  const { eventStore, objects } = harness;
  const storeClock = new StoreClock(eventStore);
  attempts = new RemoteAttempts({
    ...{ eventStore, objects, storeClock, policy, random: () => 0.5, log: silentLogger() },
  });
});
afterEach(() => harness.close());

/** A page whose total is read that surely. */
const sure = (confidence: number) => ({
  ...{ pageCount: 1, model: 'words-1', lines: [{ text: 'Total 4.50' }] },
  receipts: [{ total: { value: '4.50', confidence } }],
  cost: { amount: '0.01', currency: 'USD' },
});

/** The requests of a job whose first reading was not good enough: of the first provider, and of the next. */
async function handedOver(): Promise<{ id: number; first: RequestName; second: RequestName }> {
  const id = await harness.submit('x');
  const uid = harness.uidOf(id);
  const asked = (await Array.fromAsync(readJobEvents(harness.eventStore, id))).find(
    ({ type }) => type === 'ExecutionRequested',
  );
  const first: RequestName = {
    ...{ provider: 'fake', subject: { kind: 'job', jobId: id }, uid, revision: asked?.revision ?? 0 },
  };
  await attempts.begin(first, 'w1');
  await attempts.page(first, 1, 1, sure(0.5));
  expect(await attempts.complete(first, 1)).toEqual({ status: 'handed_over' });
  const key = { jobId: id, executionId: 1 };
  const { revision = 0, type } =
    (await Array.fromAsync(readExecutionEvents(harness.eventStore, key))).at(-1) ?? {};
  expect(type).toBe('ExecutionHandedOver');
  return { id, first, second: { provider: 'second', subject: { kind: 'execution', ...key }, uid, revision } };
}

describe('an execution that a worker elsewhere hands over', () => {
  it('is read by the next provider, elsewhere too, and the first has nothing more to say', async () => {
    const { id, first, second } = await handedOver();
    for (const late of [
      () => attempts.begin(first, 'w1'),
      () => attempts.page(first, 1, 1, sure(0.9)),
      () => attempts.complete(first, 1),
    ])
      expect(await late()).toEqual({ status: 'handed_over' });
    await expect(attempts.begin({ ...second, provider: 'fake' }, 'w1')).rejects.toThrow('no such request');
    expect(await attempts.begin(second, 'w2')).toEqual({ status: 'running', attempt: 2, pages: [] });
    await attempts.page(second, 2, 1, sure(0.95));
    expect(await attempts.complete(second, 2)).toEqual({ status: 'completed' });
    expect((await harness.result(id)).receipt?.total?.confidence).toBe(0.95);
    // Of its own attempt: what the first cost is said by the handover.
    expect(execution(await harness.final(id)).result?.cost?.amount).toBe('0.01');
    expect(await harness.results(id)).toHaveLength(1);
  });

  it('is completed with the reading before if the next provider fails', async () => {
    const { id, second } = await handedOver();
    await attempts.begin(second, 'w2');
    const fault = { code: 'provider_rejected', message: 'No' } as const;
    expect(await attempts.fail(second, 2, fault)).toEqual({ status: 'completed' });
    expect((await harness.result(id)).receipt?.total?.confidence).toBe(0.5);
    expect(await harness.results(id)).toHaveLength(1);
  });

  it('leaves nothing behind that is said once its file is deleted', async () => {
    const { id, second } = await handedOver();
    await attempts.begin(second, 'w2');
    await harness.deleteFile(id);
    expect(await attempts.page(second, 2, 1, sure(0.95))).toEqual({ status: 'cancelled' });
    await harness.eventStore.truncate(`ocrExecution-${id}-1`, second.revision + 1);
    await harness.objects.put(harness.objectOf(id, 'result-2.json'), Buffer.from('{}'));
    expect(await attempts.begin(second, 'w3')).toEqual({ status: 'deleted' });
    expect(await harness.results(id)).toEqual([]);
  });
});

import { toMessage } from '@inkstream/contracts';
import { readExecutionEvents } from '@inkstream/job-store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { execution, fault, type Harness, openHarness, type View } from './spec-support/harness.ts';
import { type ActOnPage, bookOf, pagesEngine } from './spec-support/pages-engine.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const auto = { first: 'fake', next: ['second', 'third'], fields: ['total'], confidence: 0.8 };
let harness: Harness;
beforeEach(async () => {
  harness = await openHarness({ auto });
});
afterEach(() => harness.close());

const cost = (amount: string) => ({ amount, currency: 'USD' });
/** A page whose total is read that surely. */
const sure =
  (confidence: number): ActOnPage =>
  async ({ number }) => ({
    lines: [{ text: `Total ${number}.00` }],
    receipts: [{ total: { value: `${number}.00`, confidence } }],
    cost: cost('0.01'),
  });
const failing: ActOnPage = async () => {
  throw fault('provider_rejected');
};

/** Starts a provider of the policy. Returns the pages that it was asked for. */
async function start(name: string, act: ActOnPage): Promise<readonly number[]> {
  const { engine, calls } = pagesEngine(act);
  await harness.start({ name, engine });
  return calls;
}
/** Publishes a handover to this provider, once it is there. */
async function relayed(id: number, to: string): Promise<View> {
  const view = await harness.until(id, (job) => execution(job).asked === to);
  await harness.publishHandovers(id);
  return view;
}
const onlyTheResult = (id: number, attempt: number) =>
  vi.waitFor(
    async () => expect(await harness.results(id)).toEqual([harness.objectOf(id, `result-${attempt}.json`)]),
    10_000,
  );

describe('an execution by a policy', () => {
  it('ends with the first reading if that is good enough, and nobody else is asked', async () => {
    await start('fake', sure(0.9));
    const id = await harness.request(bookOf(1));
    expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', ocrProvider: 'auto' });
    expect(await harness.events(id)).toEqual(['ExecutionStarted', 'ExecutionCompleted']);
  });

  it('is not final before the next provider has read it, and the reading before is kept until then', async () => {
    const first = await start('fake', sure(0.5));
    const id = await harness.request(bookOf(2));
    const { status, executions } = await relayed(id, 'second');
    expect([status, executions[0]?.status]).toEqual(['running', 'pending']);
    expect(await harness.results(id)).toContain(harness.objectOf(id, 'result-1.json'));
    const second = await start('second', sure(0.95));
    expect((await harness.result(id)).receipt?.total?.confidence).toBe(0.95);
    expect([first, second]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    const { result } = execution(await harness.final(id));
    expect(result?.cost).toEqual(cost('0.02'));
    await onlyTheResult(id, 2);
  });

  it('asks one after another, and takes the best reading if none is good enough, which the last need not have', async () => {
    await start('fake', sure(0.6));
    await start('second', async ({ number }) => ({ lines: [{ text: `page ${number}` }] }));
    await start('third', async ({ number }) => ({ lines: [{ text: `page ${number}` }] }));
    const id = await harness.request(bookOf(1));
    await relayed(id, 'second');
    await harness.until(id, (job) => execution(job).asked === 'third');
    await harness.publishHandovers(id);
    // Each of them has one shortcoming: of equals the last.
    expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', attempt: 3 });
    await onlyTheResult(id, 3);
  });

  it('completes with the reading before if the last provider can read nothing, and says why', async () => {
    await start('fake', sure(0.5));
    await start('second', failing);
    await start('third', failing);
    const id = await harness.request(bookOf(1));
    await relayed(id, 'second');
    await relayed(id, 'third');
    const { status, result } = execution(await harness.final(id));
    expect(status).toBe('completed');
    expect(result).toMatchObject({
      readIn: 1,
      despite: { code: 'provider_rejected' },
      resultKey: harness.objectOf(id, 'result-1.json'),
    });
    expect((await harness.result(id)).receipt?.total).toMatchObject({ value: '1.00', confidence: 0.5 });
    await onlyTheResult(id, 1);
  });

  it('is asked of the next provider too if the first can read nothing, and fails if none can', async () => {
    await start('fake', failing);
    const [good, bad] = [await harness.request(bookOf(1)), await harness.request(bookOf(1, 'other'))];
    await relayed(good, 'second');
    let works = true;
    await start('second', (turn) => (works ? sure(0.9)(turn) : failing(turn)));
    expect(execution(await harness.final(good))).toMatchObject({ status: 'completed', attempt: 2 });
    works = false;
    await relayed(bad, 'second');
    await relayed(bad, 'third');
    await start('third', failing);
    expect(execution(await harness.final(bad))).toMatchObject({ status: 'failed', attempt: 3 });
  });

  it('fails at once for what no provider could read', async () => {
    await start('fake', async () => {
      throw fault('corrupt_document');
    });
    const id = await harness.request(bookOf(1));
    expect(execution(await harness.final(id))).toMatchObject({ status: 'failed', attempt: 1 });
  });

  it('has its attempts counted for each provider, and pages that one has read are none of the next', async () => {
    // At most five attempts of a provider count.
    const fourthTime: (confidence: number) => ActOnPage = (confidence) => async (turn) => {
      if (turn.number === 2 && turn.call <= 3) throw fault('internal_error');
      return sure(confidence)(turn);
    };
    await start('fake', fourthTime(0.5));
    const id = await harness.request(bookOf(3));
    await relayed(id, 'second');
    const second = await start('second', fourthTime(0.9));
    expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', attempt: 8 });
    expect((await harness.result(id)).pages.map(({ error }) => error)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(second).toEqual([1, 2, 3, 2, 2, 2]);
    await onlyTheResult(id, 8);
  });
});

describe('a worker that is killed', () => {
  const dead = { worker: 'dead' };

  it('before it has handed over is followed by one that comes to the same, and no page is bought again', async () => {
    const id = await harness.submit(bookOf(1));
    await harness.loseAttempts(id, 1);
    const page = { number: 1, width: 1, height: 1, rotation: 0, lines: [] };
    const receipts = [{ total: { value: '1.00', confidence: 0.5 } }];
    const stored = { schemaVersion: 1, attempt: 1, page, pageCount: 1, model: 'm', receipts, hasRaw: false };
    for (const [name, value] of Object.entries({ 'pages/1.json': stored, 'result-1.json': {} }))
      await harness.objects.put(harness.objectOf(id, name), Buffer.from(JSON.stringify(value)));
    const first = await start('fake', sure(0.9));
    await harness.publish(id);
    await relayed(id, 'second');
    expect(first).toEqual([]);
    await start('second', sure(0.95));
    expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', attempt: 3 });
    await onlyTheResult(id, 3);
  });

  it('after it has handed over is followed by nobody: its request comes again, and nothing is read or said', async () => {
    await start('fake', sure(0.5));
    const id = await harness.request(bookOf(1));
    await harness.until(id, (job) => execution(job).asked === 'second');
    const first = await start('fake', sure(0.9));
    await harness.publish(id);
    await vi.waitFor(async () => expect(await harness.bus.lag('ocr.requests.fake', 'ocr-fake')).toBe(0));
    expect(first).toEqual([]);
    expect(await harness.events(id)).toEqual(['ExecutionStarted', 'ExecutionHandedOver']);
    // Both came: the handover twice, and the next provider reads once.
    await harness.publishHandovers(id);
    await harness.publishHandovers(id);
    const second = await start('second', sure(0.95));
    expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', attempt: 2 });
    expect(second).toEqual([1]);
    await onlyTheResult(id, 2);
  });

  it('while the next provider reads is followed by another worker of that one', async () => {
    await start('fake', sure(0.5));
    const id = await harness.request(bookOf(1));
    await relayed(id, 'second');
    await harness.act(id, { type: 'StartExecution', attempt: 2, after: 1, ...dead });
    await start('second', sure(0.95));
    expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', attempt: 3 });
  });
});

describe('a deletion', () => {
  it.each(['deleteJob', 'deleteFile'] as const)(
    'erases the earlier reading too, and the next provider buys nothing (%s)',
    async (deletion) => {
      await start('fake', sure(0.5));
      const id = await harness.request(bookOf(1));
      await relayed(id, 'second');
      await harness[deletion](id);
      const second = await start('second', sure(0.95));
      await vi.waitFor(async () => expect(await harness.results(id)).toEqual([]), 10_000);
      expect(second).toEqual([]);
    },
  );
});

it('a handover that a restored log does not have is set aside, and nothing is read for it', async () => {
  await start('fake', sure(0.5));
  const id = await harness.request(bookOf(1));
  await harness.until(id, (job) => execution(job).asked === 'second');
  const key = { jobId: id, executionId: 1 };
  const [, handedOver] = await Array.fromAsync(readExecutionEvents(harness.eventStore, key));
  if (handedOver?.type !== 'ExecutionHandedOver') throw new Error('It was not handed over');
  // Another execution of the same uid is at that revision, but was never handed over.
  const other = await harness.submit(bookOf(1));
  await harness.loseAttempts(other, 2);
  const message = toMessage({ ...handedOver, jobId: other, uid: harness.uidOf(other) }, 'lost');
  await harness.bus.ensureTopics([{ name: 'ocr.requests.second' }]);
  await harness.bus.publish('ocr.requests.second', [message]);
  const second = await start('second', sure(0.9));
  await vi.waitFor(
    async () => expect(await harness.deadLetters()).toEqual([`event_lost ${other}/1`]),
    20_000,
  );
  expect(second).toEqual([]);
});

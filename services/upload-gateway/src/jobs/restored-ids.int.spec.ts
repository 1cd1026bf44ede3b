import { executionStream } from '@inkstream/domain';
import { readExecution, readWholeJob } from '@inkstream/job-store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { form, uploaded } from '../spec-support/documents.ts';
import { caller, keysOf, start, uidOf } from '../spec-support/jobs.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

const ALICE = '0193b3c0-0000-7000-8000-00000000a11c';
const RESULT = `jobs/${ALICE}/executions/1/result.json`;

let gateway: StartedGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/** What a worker of Alice's job writes, which had the id in a log that was lost, before or after Bob's has it. */
async function aliceWrites(jobId: number, types: readonly ('ExecutionStarted' | 'ExecutionCompleted')[]) {
  const data = {
    ExecutionStarted: { attempt: 1, worker: 'alice' },
    ExecutionCompleted: {
      attempt: 1,
      resultKey: RESULT,
      resultBytes: 2,
      resultSha256: '0'.repeat(64),
      pages: 1,
      model: 'm',
      durationMs: 1,
    },
  };
  await gateway.objects.put(RESULT, Buffer.from('{}'));
  await gateway.eventStore.append(
    executionStream({ jobId, executionId: 1 }),
    types.map((type) => ({
      id: crypto.randomUUID(),
      type,
      data: data[type],
      metadata: { schemaVersion: 1, uid: ALICE, ...caller },
    })),
    { expected: 'any' },
  );
}

describe('a job whose id another one had in a log that was lost', () => {
  test('shows nothing of it, and its executions begin again', async () => {
    const id = await uploaded(gateway.url, form([{}]));
    await aliceWrites(id, ['ExecutionStarted', 'ExecutionCompleted']);
    const view = (await readWholeJob(gateway.eventStore, id))?.executions[0];
    expect(view).toMatchObject({ status: 'pending', attempt: 0, result: null });
    await start(gateway, id);
    const key = { jobId: id, executionId: 1 };
    const { state } = await readExecution(gateway.eventStore, key, { uid: await uidOf(gateway, id) });
    expect(state).toMatchObject({ status: 'running', attempt: 1, lost: 0 });
  });

  test('has executions that run, or have ended, by what it did itself', async () => {
    const id = await uploaded(gateway.url, form([{}]));
    await aliceWrites(id, ['ExecutionStarted', 'ExecutionCompleted']);
    const again = await fetch(`${gateway.url}/ocr-jobs/${id}/files/1/executions`, {
      method: 'POST',
      body: JSON.stringify({ ocrProvider: 'fake' }),
      headers: { 'content-type': 'application/json' },
    });
    expect(again.status).toBe(409);
  });

  test('is deleted with its own bytes, and none of the other one’s', async () => {
    const id = await uploaded(gateway.url, form([{}]));
    await aliceWrites(id, ['ExecutionStarted']);
    expect((await fetch(`${gateway.url}/ocr-jobs/${id}`, { method: 'DELETE' })).status).toBe(200);
    expect(await keysOf(gateway, id)).toEqual([]);
    expect(await gateway.keys()).toContain(RESULT);
  });
});

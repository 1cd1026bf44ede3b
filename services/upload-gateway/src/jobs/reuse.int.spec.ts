import { DELETIONS_TOPIC, toMessage } from '@inkstream/contracts';
import { enterReusable, executeOnExecution, readJob, readJobEvents } from '@inkstream/job-store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { form, jpeg, uploaded } from '../spec-support/documents.ts';
import { caller, deleteOnly, start, uidOf } from '../spec-support/jobs.ts';
import { provider } from '../spec-support/provider.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

let gateway: StartedGateway;
beforeEach(async () => {
  gateway = await startGateway({ config: { RESULT_REUSE_HOURS: 24 } });
});
afterEach(() => gateway.close());

const remove = (path: string) => fetch(`${gateway.url}/ocr-jobs/${path}?force=true`, { method: 'DELETE' });
const requestsOf = async (id: number) =>
  (await Array.fromAsync(readJobEvents(gateway.eventStore, id))).flatMap(({ type, data }) =>
    type === 'ExecutionRequested' ? [data.reuse] : [],
  );

describe('what is asked for', () => {
  it('says how old a result may be that is reused, and nothing of it for a tenant that reuses none', async () => {
    expect(await requestsOf(await uploaded(gateway.url, form([{}, {}])))).toEqual([
      { hours: 24 },
      { hours: 24 },
    ]);
    await gateway.close();
    const byTenant = new Map([['default', 0]]);
    gateway = await startGateway({
      config: { RESULT_REUSE_HOURS: 24, RESULT_REUSE_HOURS_BY_TENANT: byTenant },
    });
    expect(await requestsOf(await uploaded(gateway.url, form([{}])))).toEqual([undefined]);
    await gateway.close();
    gateway = await startGateway();
    expect(await requestsOf(await uploaded(gateway.url, form([{}])))).toEqual([undefined]);
  });

  it('is read anew if the same provider is asked once more, not if another one is', async () => {
    await gateway.announce(provider('other'));
    const id = await uploaded(gateway.url, form([{}]));
    await start(gateway, id);
    await executeOnExecution(
      gateway.eventStore,
      { jobId: id, executionId: 1 },
      { type: 'FailExecution', attempt: 1, error: { code: 'corrupt_document', message: 'no' } },
      { uid: await uidOf(gateway, id), caller },
    );
    for (const ocrProvider of ['fake', 'other'])
      await fetch(`${gateway.url}/ocr-jobs/${id}/files/1/executions`, {
        method: 'POST',
        body: JSON.stringify({ ocrProvider }),
        headers: { 'content-type': 'application/json' },
      });
    expect(await requestsOf(id)).toEqual([{ hours: 24 }, { hours: 24, anew: true }, { hours: 24 }]);
  });
});

describe('a deletion', () => {
  /** A job whose results are entered as if they had been read. Returns its id. */
  async function read(...sizes: number[]): Promise<number> {
    const id = await uploaded(gateway.url, form(sizes.map((size) => ({ bytes: jpeg(size) }))));
    const { state } = await readJob(gateway.eventStore, id);
    if (state.status !== 'open') throw new Error('The job is not there');
    for (const { id: fileId, sha256 } of state.files) {
      const ids = { jobId: id, executionId: fileId, fileId, uid: state.uid };
      const entry = { ...ids, settings: 's', hours: 24 };
      await enterReusable(gateway.eventStore, { tenant: 'default', sha256 }, entry, 1);
    }
    return id;
  }

  /** Which files of which jobs are entered: `1/2`. */
  async function entered(): Promise<string[]> {
    const found: string[] = [];
    const steps = gateway.eventStore.subscribe({
      streamPrefix: 'reusableResults-',
      signal: AbortSignal.timeout(10_000),
    });
    for await (const { event, caughtUp } of steps) {
      if (event) found.push(`${event.data.jobId}/${event.data.fileId}`);
      if (caughtUp) break;
    }
    return found;
  }

  it('of a file forgets what says that its results may be reused, and nothing of other files', async () => {
    const id = await read(2_000, 3_000);
    const other = await read(2_000);
    await remove(`${id}/files/1`);
    expect(await entered()).toEqual([`${id}/2`, `${other}/1`]);
  });

  it('of a job forgets it of all of its files', async () => {
    const id = await read(2_000, 3_000);
    const other = await read(3_000);
    await remove(`${id}`);
    expect(await entered()).toEqual([`${other}/1`]);
  });

  it('that broke off is completed by the consumer, which forgets it too', async () => {
    const id = await read(2_000);
    await deleteOnly(gateway, id);
    expect(await entered()).toEqual([`${id}/1`]);
    const deletions = (await Array.fromAsync(readJobEvents(gateway.eventStore, id))).slice(-1);
    await gateway.bus.publish(
      DELETIONS_TOPIC,
      deletions.map((event) => toMessage(event, `${id}`)),
    );
    await vi.waitFor(async () => expect(await entered()).toEqual([]), 10_000);
  });
});

import { jobSchema } from '@inkstream/contracts';
import { readWholeJob } from '@inkstream/job-store';
import { afterEach, expect, it } from 'vitest';
import { type QueryApiFixture, startQueryApi } from './spec-support/query-api-fixture.ts';
import { openEventStream } from './spec-support/sse-client.ts';

let query: QueryApiFixture;
afterEach(() => query.stop());

/** The job's status, and that of each execution by its id. */
async function shown(id: number) {
  const job = jobSchema.parse(await (await query.get(`/ocr-jobs/${id}?ocrData=false`)).json());
  const executions = job.files.flatMap((file) => file.executions);
  return [job.status, executions.map((one) => `${one.id} ${one.status}`)];
}

async function finish(id: number, executionId: number) {
  await query.start(id, executionId);
  await query.complete(id, executionId);
}

it('shows an execution once whose document is written, and that of its job is not yet', async () => {
  query = await startQueryApi();
  await query.submit(1);
  await finish(1, 1);
  await query.project(1);
  await query.requestAgain(1, 'tesseract');
  const added = (await readWholeJob(query.eventStore, 1))?.executions[1];
  await query.readModel.replaceExecutions([{ view: added!, over: null }]);
  expect(await shown(1)).toEqual(['running', ['1 completed', '2 pending']]);
  await finish(1, 2);
  expect(await shown(1)).toEqual(['completed', ['1 completed', '2 completed']]);
});

it('shows each execution that the document of its job has seen, though both are written while they are read', async () => {
  query = await startQueryApi({
    engines: ({ readModel }) => ({
      readModel: new Proxy(readModel, {
        get: (target, name) => {
          if (name !== 'getJobs') return Reflect.get(target, name).bind(target);
          return async (ids: readonly number[]) => {
            await query.project(1);
            return target.getJobs(ids);
          };
        },
      }),
    }),
  });
  await query.submit(1);
  await finish(1, 1);
  await query.project(1);
  await query.requestAgain(1, 'tesseract');
  expect(await shown(1)).toEqual(['running', ['1 completed', '2 pending']]);
  await finish(1, 2);
  expect(await shown(1)).toEqual(['completed', ['1 completed', '2 completed']]);
});

it('shows a job as its executions are, whose documents are written and that of the job is not yet', async () => {
  query = await startQueryApi();
  await query.submit(1);
  await query.project(1);
  await finish(1, 1);
  const ended = (await readWholeJob(query.eventStore, 1))?.executions[0];
  const [before] = await query.readModel.executionsOf(1);
  await query.readModel.replaceExecutions([{ view: ended!, over: before!.version }]);
  expect(await shown(1)).toEqual(['completed', ['1 completed']]);
  // A follower would wait for a change that is in what it was sent first.
  const stream = await openEventStream(`${query.url}/ocr-jobs/1/events`);
  expect((await stream.next())?.data).toMatchObject({ status: 'completed' });
  await query.project(1);
  expect((await stream.next())?.event).toBe('end');
});

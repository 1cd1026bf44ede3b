import { jobSchema } from '@inkstream/contracts';
import { readWholeJob } from '@inkstream/job-store';
import { afterEach, expect, it } from 'vitest';
import { type QueryApiFixture, startQueryApi } from './spec-support/query-api-fixture.ts';

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
    backends: ({ readModel }) => ({
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

it('shows a job as its executions are, whose documents are written before that of the job', async () => {
  query = await startQueryApi();
  await query.submit(1);
  await query.project(1);
  const known = (await query.readModel.executionsOf(1))[0];
  await finish(1, 1);
  const ended = (await readWholeJob(query.eventStore, 1))?.executions[0];
  await query.readModel.replaceExecutions([{ view: ended!, over: known!.version }]);
  expect(await shown(1)).toEqual(['completed', ['1 completed']]);
});

it.each([
  ['documents', true],
  ['streams', false],
])('shows no execution as a deletion leaves it that came while its %s were read', async (_, projected) => {
  let deletes = false;
  query = await startQueryApi({
    backends: ({ eventStore }) => ({
      eventStore: new Proxy(eventStore, {
        get: (target, name) => {
          if (name !== 'read') return Reflect.get(target, name).bind(target);
          return async function* (...[stream, options]: Parameters<typeof target.read>) {
            if (stream === 'ocrExecution-1-1' && deletes) {
              deletes = false;
              await query.remove(1);
            }
            yield* target.read(stream, options);
          };
        },
      }),
    }),
  });
  await query.submit(1);
  await query.start(1);
  if (projected) await query.project(1);
  deletes = true;
  expect((await query.get('/ocr-jobs/1?ocrData=false')).status).toBe(404);
});

import { historySchema, jobSchema, ocrResultSchema } from '@inkstream/contracts';
import { readWholeJob, type WholeJob } from '@inkstream/job-store';
import type { Backends } from '@inkstream/service-kit';
import type { Expected } from './load.ts';

/** Attempts that end in a fault until an execution fails. */
const MAX_FAULTS = 5;

/** What is wrong with a job, in words; nothing where all is well. */
export async function faultsOfJob(
  url: string,
  id: number,
  expected: readonly Expected[],
): Promise<{ wrong: string[]; attempts: number }> {
  const job = jobSchema.parse(await (await fetch(`${url}/ocr-jobs/${id}`)).json());
  const { data } = historySchema.parse(await (await fetch(`${url}/ocr-jobs/${id}/history`)).json());
  const wrong: string[] = [];
  if (job.files.length !== expected.length) wrong.push(`has ${job.files.length} files`);
  for (const [index, { text }] of expected.entries()) {
    const [execution, ...more] = job.files[index]?.executions ?? [];
    if (!execution || more.length > 0) {
      wrong.push(`file ${index + 1} has ${more.length + (execution ? 1 : 0)} executions`);
      continue;
    }
    const events = data.filter((event) => event.executionId === execution.id);
    const ends = events.filter(({ type }) => type === 'ExecutionCompleted' || type === 'ExecutionFailed');
    if (ends.length !== 1) wrong.push(`execution ${execution.id} ended ${ends.length} times`);
    const read = execution.ocrData ? ocrResultSchema.parse(JSON.parse(execution.ocrData)).text : null;
    if (execution.status === 'completed' && read !== text) wrong.push(`reads '${read}', not '${text}'`);
    if (execution.status !== 'completed' && text !== null) {
      // Only one that stumbled in all its attempts may have failed.
      const stumbles = events.filter(({ type }) => type === 'ExecutionRetryScheduled').length + 1;
      if (stumbles < MAX_FAULTS) wrong.push(`failed for ${JSON.stringify(execution.error)}`);
    }
  }
  return { wrong, attempts: data.filter(({ type }) => type === 'ExecutionStarted').length };
}

/** The keys of all objects that no job names. */
export async function orphanObjects(
  { objects }: Pick<Backends, 'objects'>,
  documents: ReadonlyMap<number, WholeJob | null>,
): Promise<string[]> {
  const named = new Set<string>();
  for (const whole of documents.values()) {
    for (const { storageKey } of whole?.job.files ?? []) named.add(storageKey);
    for (const { result, removed } of whole?.executions ?? []) {
      if (!result || removed) continue;
      named.add(result.resultKey);
      // The provider's own answer stands beside the result.
      named.add(result.resultKey.replace('/result-', '/raw-'));
    }
  }
  const orphans: string[] = [];
  for await (const { key } of objects.list('jobs/')) if (!named.has(key)) orphans.push(key);
  return orphans;
}

/** All jobs of the read model by id, or only these, with their executions. */
export async function documentsOf(
  { readModel }: Pick<Backends, 'readModel'>,
  ids?: readonly number[],
): Promise<Map<number, WholeJob>> {
  const documents = new Map<number, WholeJob>();
  for await (const job of readModel.allJobs()) {
    if (ids && !ids.includes(job.id)) continue;
    const executions = await readModel.executionsOf(job.id);
    documents.set(job.id, { job, executions: executions.map(({ view }) => view) });
  }
  return documents;
}

/** The same, folded from the event store by this process. */
export async function foldedDocuments(
  { eventStore }: Pick<Backends, 'eventStore'>,
  ids: Iterable<number>,
): Promise<Map<number, WholeJob | null>> {
  const documents = new Map<number, WholeJob | null>();
  for (const id of ids) documents.set(id, await readWholeJob(eventStore, id));
  return documents;
}

import { type History, historySchema, type Job, jobSchema, ocrResultSchema } from '@inkstream/contracts';
import { readWholeJob, type WholeJob } from '@inkstream/job-store';
import type { Backends } from '@inkstream/service-kit';
import type { Expected, Reruns } from './ledger.ts';

/** Attempts that end in a fault until an execution fails. */
const MAX_FAULTS = 5;

const once: Reruns = { acknowledged: 0, asked: 0 };

/** What is wrong with a job, in words; nothing if all is well. A file has an execution for each time it was to be read. */
export async function faultsOfJob(
  url: string,
  id: number,
  expected: readonly (Expected & { readonly reruns?: Reruns })[],
): Promise<{ wrong: string[]; attempts: number; executions: number }> {
  const job = jobSchema.parse(await (await fetch(`${url}/ocr-jobs/${id}`)).json());
  const { data } = historySchema.parse(await (await fetch(`${url}/ocr-jobs/${id}/history`)).json());
  const wrong: string[] = [];
  let executions = 0;
  if (job.files.length !== expected.length) wrong.push(`has ${job.files.length} files`);
  for (const [index, { text, reruns = once }] of expected.entries()) {
    const found = job.files[index]?.executions ?? [];
    executions += found.length;
    const [least, most] = [1 + reruns.acknowledged, 1 + reruns.asked];
    if (found.length < least || found.length > most)
      wrong.push(`file ${index + 1} has ${found.length} executions, not ${least} to ${most}`);
    for (const execution of found) wrong.push(...faultsOfExecution(execution, data, text));
  }
  return { wrong, attempts: data.filter(({ type }) => type === 'ExecutionStarted').length, executions };
}

function faultsOfExecution(
  { id, status, ocrData, error }: Job['files'][number]['executions'][number],
  history: History['data'],
  text: string | null,
): string[] {
  const wrong: string[] = [];
  const events = history.filter(({ executionId }) => executionId === id);
  const ends = events.filter(({ type }) => type === 'ExecutionCompleted' || type === 'ExecutionFailed');
  if (ends.length !== 1) wrong.push(`execution ${id} ended ${ends.length} times`);
  const read = ocrData ? ocrResultSchema.parse(JSON.parse(ocrData)).text : null;
  if (status === 'completed' && read !== text) wrong.push(`execution ${id} reads '${read}', not '${text}'`);
  if (status !== 'completed' && text !== null) {
    // Only one that stumbled in all its attempts may have failed.
    const stumbles = events.filter(({ type }) => type === 'ExecutionRetryScheduled').length + 1;
    if (stumbles < MAX_FAULTS) wrong.push(`execution ${id} is ${status}: ${JSON.stringify(error)}`);
  }
  return wrong;
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

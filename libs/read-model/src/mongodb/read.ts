import {
  type ExecutionKey,
  type ExecutionSummary,
  type ExecutionView,
  type JobView,
  tallyOf,
} from '@inkstream/domain';
import { executionKeyOf, type Stored } from '../read-model.ts';
import type { Collections } from './collections.ts';
import { EXECUTION_VIEW, requestedOf, toExecution } from './execution-document.ts';
import { JOB_VIEW, toJob } from './job-document.ts';

/** What all that a filter finds is asked for with, in one answer. */
const atOnce = (count: number) => ({ hint: '_id_', batchSize: count + 1 });

/** The jobs with these ids. */
export async function getJobs(
  { jobs }: Collections,
  ids: readonly number[],
): Promise<Map<number, Stored<JobView>>> {
  if (ids.length === 0) return new Map();
  const found = await jobs
    .find({ _id: { $in: [...ids] } }, { projection: JOB_VIEW, ...atOnce(ids.length) })
    .toArray();
  return new Map(found.map((one) => [one._id, { view: toJob(one), version: one.version }]));
}

/** Up to `limit` jobs with ids above `after`, in the order of their ids. */
export const jobsAfter = ({ jobs }: Collections, after: number, limit: number): Promise<JobView[]> =>
  jobs
    .find({ _id: { $gt: after } }, { projection: JOB_VIEW, limit, ...atOnce(limit) })
    .sort({ _id: 1 })
    .map(toJob)
    .toArray();

/** The executions with these keys. */
export async function getExecutions(
  { executions }: Collections,
  keys: readonly ExecutionKey[],
): Promise<Map<string, Stored<ExecutionView>>> {
  if (keys.length === 0) return new Map();
  const found = await executions
    .find({ _id: { $in: keys.map(executionKeyOf) } }, { projection: EXECUTION_VIEW, ...atOnce(keys.length) })
    .toArray();
  return new Map(
    found.map((one) => [
      executionKeyOf({ jobId: one.jobId, executionId: one.id }),
      { view: toExecution(one), version: one.version },
    ]),
  );
}

/** All executions of a job, by their ids: they are few enough to be sorted here. */
export async function executionsOf(
  { executions, by }: Collections,
  jobId: number,
): Promise<Stored<ExecutionView>[]> {
  const found = await executions
    .find({ jobId }, { projection: EXECUTION_VIEW, ...by('job') })
    .map((one) => ({ view: toExecution(one), version: one.version }))
    .toArray();
  return found.sort((a, b) => a.view.id - b.view.id);
}

type Summarised = Pick<ExecutionView, 'jobId' | 'status' | 'attempt' | 'updatedAt'>;

/** What the executions of each job add up to. The index has all that is asked for, so no document is read. */
export async function summarise(
  { executions, by }: Collections,
  jobIds: readonly number[],
): Promise<Map<number, ExecutionSummary>> {
  if (jobIds.length === 0) return new Map();
  const found = await executions
    .find<Summarised>(
      { jobId: { $in: [...jobIds] } },
      { projection: { _id: 0, jobId: 1, status: 1, attempt: 1, updatedAt: 1 }, ...by('job') },
    )
    .batchSize(10_000)
    .toArray();
  const byJob = Map.groupBy(found, ({ jobId }) => jobId);
  return new Map(
    jobIds.map((jobId) => {
      const own = byJob.get(jobId) ?? [];
      const changedAt = own.reduce<string | null>(
        (last, { updatedAt }) => (last === null || updatedAt > last ? updatedAt : last),
        null,
      );
      return [jobId, { tally: tallyOf(own), changedAt }];
    }),
  );
}

/** Up to `limit` executions of all tenants that are not final and older, the oldest first, from `after` on. */
export const unfinishedExecutions = (
  { executions, by }: Collections,
  requestedBefore: string,
  limit: number,
  after: ExecutionView | undefined,
): Promise<ExecutionView[]> =>
  executions
    .find(
      // That it is a text is what leaves out the final ones, whose time is null.
      { unfinishedSince: { $gt: after ? requestedOf(after) : '', $lt: requestedBefore } },
      { projection: EXECUTION_VIEW, limit, ...by('unfinished') },
    )
    .sort({ unfinishedSince: 1 })
    .batchSize(limit + 1)
    .map(toExecution)
    .toArray();

/**
 * Removes the executions of these jobs, but those of the uid `keep`. `job` is the only index that begins with their ids;
 * compatible databases support no hint here.
 */
export async function dropExecutions(
  { executions }: Collections,
  jobIds: readonly number[],
  keep: string | undefined,
): Promise<void> {
  const others = keep === undefined ? {} : { uid: { $ne: keep } };
  if (jobIds.length > 0) await executions.deleteMany({ jobId: { $in: [...jobIds] }, ...others });
}

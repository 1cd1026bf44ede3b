import type { JobView } from '@inkstream/domain';
import type { Collection } from 'mongodb';
import { type JobDocument, toView, VIEW } from './job-document.ts';

/** The documents with these ids. */
export async function getJobs(
  jobs: Collection<JobDocument>,
  ids: readonly number[],
): Promise<Map<number, JobView>> {
  const found = await jobs
    .find({ _id: { $in: [...ids] } }, { hint: '_id_', projection: VIEW, batchSize: ids.length + 1 })
    .toArray();
  return new Map(found.map((one) => [one._id, toView(one)]));
}

/** Up to `limit` documents with ids above `after`, in the order of their ids. */
export const jobsAfter = (jobs: Collection<JobDocument>, after: number, limit: number): Promise<JobView[]> =>
  jobs
    .find({ _id: { $gt: after } }, { hint: '_id_', projection: VIEW, limit, batchSize: limit + 1 })
    .sort({ _id: 1 })
    .map(toView)
    .toArray();

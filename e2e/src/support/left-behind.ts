import type { Job } from '@inkstream/contracts';
import { type Api, isOver } from './api.ts';
import type { Stored } from './stored.ts';
import { waitFor } from './wait-for.ts';

/** All jobs that there are. A list may still have one that is deleted. */
async function allJobs(api: Api): Promise<Job[]> {
  const ids: number[] = [];
  for (let page = 1, pages = 1; page <= pages; page++) {
    const list = await api.list(`?sort=id:asc&limit=100&page=${page}`);
    ids.push(...list.data.map(({ id }) => id));
    pages = list.pagination.pages;
  }
  const jobs = await Promise.all(ids.map((id) => api.findJob(id)));
  return jobs.filter((job) => job !== null);
}

/** Whether a stored object is a file of the job, or a result of one of its executions. */
function belongsTo(key: string, { id, files }: Job): boolean {
  return files.some(
    ({ storageKey, executions }) =>
      key === storageKey || executions.some((one) => key.startsWith(`jobs/${id}/executions/${one.id}/`)),
  );
}

const orphans = async (stored: Stored, jobs: readonly Job[]): Promise<string[]> =>
  (await stored.objects()).filter((key) => !jobs.some((job) => belongsTo(key, job)));

/** Fails where a job never ends, or a stored byte belongs to no job, within some seconds. */
export async function expectNothingLeftBehind(api: Api, stored: Stored): Promise<void> {
  const jobs = await waitFor(
    'all jobs to end',
    () => allJobs(api),
    (all) => all.every(isOver),
  );
  await waitFor(
    'objects of no job to go',
    () => orphans(stored, jobs),
    (keys) => keys.length === 0,
  );
}

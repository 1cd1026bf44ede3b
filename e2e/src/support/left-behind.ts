import type { Job } from '@inkstream/contracts';
import { type Api, isOver } from './api.ts';
import type { Stored } from './stored.ts';
import { waitFor } from './wait-for.ts';

/** All jobs that are listed; null for one that is not there, as of a deletion that the list has not got to. */
async function listedJobs(api: Api): Promise<(Job | null)[]> {
  const ids: number[] = [];
  for (let page = 1, pages = 1; page <= pages; page++) {
    const list = await api.list(`?sort=id:asc&limit=100&page=${page}`);
    ids.push(...list.data.map(({ id }) => id));
    pages = list.pagination.pages;
  }
  return Promise.all(ids.map((id) => api.findJob(id)));
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
  const listed = await waitFor(
    'all jobs that are listed to be there, and to end',
    () => listedJobs(api),
    (all) => all.every((job) => job !== null && isOver(job)),
  );
  const jobs = listed.filter((job) => job !== null);
  await waitFor(
    'objects of no job to go',
    () => orphans(stored, jobs),
    (keys) => keys.length === 0,
  );
}

import type { Job } from '@inkstream/contracts';
import { type Api, isOver } from './api.ts';
import type { Stored } from './stored.ts';
import { waitFor } from './wait-for.ts';

/** All jobs that are listed; null for one that is not there, as of a deletion that the list has not got to. */
async function listedJobs(api: Api): Promise<(Job | null)[]> {
  const ids: number[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const after = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const list = await api.list(`?sort=id:asc&limit=100${after}`);
    ids.push(...list.data.map(({ id }) => id));
    cursor = list.pagination.nextCursor;
  }
  return Promise.all(ids.map((id) => api.findJob(id)));
}

/** Whether a stored object is a file of the job, a picture of one of its pages, or a result of one of its executions. */
function belongsTo(key: string, { files }: Job): boolean {
  return files.some(({ id: fileId, storageKey, executions }) => {
    const [job = ''] = storageKey.split('files/');
    if (key === storageKey || key.startsWith(`${job}pictures/${fileId}/`)) return true;
    return executions.some(({ id }) => key.startsWith(`${job}executions/${id}/`));
  });
}

const orphans = async (stored: Stored, jobs: readonly Job[]): Promise<string[]> =>
  (await stored.objects()).filter((key) => !jobs.some((job) => belongsTo(key, job)));

/** Fails where a job never ends, or a stored byte belongs to no job, within some seconds. */
export async function expectNothingLeftBehind(api: Api, stored: Stored): Promise<void> {
  const listed = async () => {
    const jobs = await waitFor(
      'all jobs that are listed to be there, and to end',
      () => listedJobs(api),
      (all) => all.every((job) => job !== null && isOver(job)),
    );
    return jobs.filter((job) => job !== null);
  };
  // Asked for anew each time: the list may not have got to the last jobs yet.
  await waitFor(
    'objects of no job to go',
    async () => orphans(stored, await listed()),
    (keys) => keys.length === 0,
  );
}

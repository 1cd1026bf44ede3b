import { type JobList, jobListSchema } from '@inkstream/contracts';
import type { Api } from '../support/api.ts';
import { SEEDED, type SeededJobs } from './seeded-jobs.ts';

const PAGE = 100;
const SORTS = ['id', 'name', 'status', 'createdAt', 'updatedAt'].flatMap((field) => [
  `${field}:asc`,
  `${field}:desc`,
]);
/** Jobs that move from one status to another move past the page that is read next, where the sort is by that. */
const SORTS_OF_ALL = SORTS.filter((sort) => !sort.startsWith('status:'));

/** Clients that read until they are stopped. */
export interface Readers {
  /** Stops them; gives what they saw and should not have seen, and how much they read. */
  stop(): Promise<{ wrong: readonly string[]; lists: number; gets: number }>;
}

/** Reads lists by every sort from the first page to the last, and single jobs, with several clients at once. */
export function startReaders(
  api: Api,
  { open, deleted }: SeededJobs,
  uploaded: ReadonlyMap<number, unknown>,
): Readers {
  const wrong: string[] = [];
  let stopping = false;
  let lists = 0;
  let gets = 0;

  async function page(query: string): Promise<JobList | null> {
    lists++;
    const response = await api.call(`/ocr-jobs?${query}`);
    if (response.status === 200) return jobListSchema.parse(await response.json());
    wrong.push(`${response.status} for ${query}: ${await response.text()}`);
    return null;
  }

  /** Nothing moves among the seeded jobs, so every one of them is on a page. */
  async function walk(sort: string, search: string): Promise<void> {
    const seen = new Set<number>();
    for (let number = 1, pages = 1; number <= pages; number++) {
      const list = await page(`sort=${sort}&search=${search}&limit=${PAGE}&page=${number}`);
      if (!list) return;
      for (const { id } of list.data) seen.add(id);
      pages = list.pagination.pages;
    }
    const hidden = open.filter((id) => !seen.has(id));
    if (hidden.length > 0)
      wrong.push(`${hidden.length} jobs are not listed by ${sort}: ${hidden.slice(0, 5)}`);
    const raised = deleted.filter((id) => seen.has(id));
    if (raised.length > 0) wrong.push(`deleted jobs are listed by ${sort}: ${raised}`);
  }

  async function expectStatus(id: number | undefined, status: number): Promise<void> {
    if (id === undefined) return;
    gets++;
    const response = await api.call(`/ocr-jobs/${id}`);
    const body = await response.text();
    if (response.status !== status) wrong.push(`${response.status} for job ${id}: ${body}`);
  }

  const untilStopped = async (work: (n: number) => Promise<void>) => {
    for (let n = 0; !stopping; n++) await work(n).catch((error) => wrong.push(String(error)));
  };
  const clients = [
    untilStopped((n) => walk(SORTS[n % SORTS.length] ?? '', SEEDED)),
    untilStopped((n) => walk(SORTS_OF_ALL[n % SORTS_OF_ALL.length] ?? '', '')),
    untilStopped((n) => expectStatus(open[(n * 7) % open.length], 200)),
    untilStopped((n) => expectStatus(deleted[(n * 7) % deleted.length], 404)),
    untilStopped((n) => expectStatus([...uploaded.keys()].at(-1 - (n % 5)) ?? open[0], 200)),
  ];
  return {
    async stop() {
      stopping = true;
      await Promise.all(clients);
      return { wrong, lists, gets };
    },
  };
}

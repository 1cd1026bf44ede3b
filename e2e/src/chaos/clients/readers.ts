import { historySchema, type Job, jobListSchema, jobSchema } from '@inkstream/contracts';
import { pick } from '@inkstream/testing';
import type { Sighting, Sightings } from '../sightings.ts';
import { ask, type Client, type ClientWorld, client } from './client.ts';

const LATEST = 20;

const sightingOf = ({ files }: Job): Sighting => ({
  executions: new Map(
    files.flatMap((file) => file.executions.map(({ id, status }) => [id, status] as const)),
  ),
});

/** What a client reads of a job, and what that says. */
const READS: readonly (readonly [path: string, says: (body: unknown) => Sighting])[] = [
  ['?ocrData=false', (body) => sightingOf(jobSchema.parse(body))],
  ['/history', (body) => ({ changes: historySchema.parse(body).data.length })],
];

/** Reads jobs by their ids and their histories: those that live, and those that are gone. */
export const startReaders = (world: ClientWorld, sightings: Sightings, everyMs: number): Client =>
  client(everyMs, async () => {
    const jobs = [...world.ledger.jobs.values()];
    if (jobs.length === 0) return;
    const job = pick(world.random, world.random() < 0.7 ? jobs.slice(-LATEST) : jobs);
    for (const [path, says] of READS) {
      const isGone = job.deletion === 'acknowledged';
      const answered = sightings.before(job.id, `GET ${path}`);
      const answer = await ask(world, `/ocr-jobs/${job.id}${path}`, {
        accepted: () => (job.deletion === 'none' ? [200] : [200, 404]),
      });
      if (answer?.stale) continue;
      if (isGone && answer?.status === 200)
        world.ledger.complaints.push(`job ${job.id} was read after its deletion was acknowledged`);
      if (answer?.status === 200) answered(says(JSON.parse(answer.body)));
      if (answer?.status === 404) answered(null);
    }
  });

/** Reads the first page of the list: no job in it may be older than it was in a list before. */
export function startLists(world: ClientWorld, everyMs: number): Client & { readonly lists: () => number } {
  const newest = new Map<number, string>();
  let lists = 0;
  const running = client(everyMs, async () => {
    const answer = await ask(world, '/ocr-jobs?sort=id:desc&limit=100', { accepted: () => [200] });
    if (answer?.status !== 200) return;
    lists++;
    for (const { id, updatedAt } of jobListSchema.parse(JSON.parse(answer.body)).data) {
      const known = newest.get(id) ?? '';
      if (updatedAt < known)
        world.ledger.complaints.push(`job ${id} is listed as of ${updatedAt} after ${known}`);
      newest.set(id, updatedAt);
    }
  });
  return { ...running, lists: () => lists };
}

import { JOB_EVENTS_TOPIC } from '@inkstream/contracts';
import { beforeAll, expect, it } from 'vitest';
import { documentsOf, foldedDocuments } from '../chaos/verdict.ts';
import { echo, useCluster } from '../support/distributed/use-cluster.ts';
import { waitFor } from '../support/wait-for.ts';
import { startReaders } from './readers.ts';
import { type RestlessJobs, restlessJobs } from './restless-jobs.ts';
import { type SeededJobs, seedJobs } from './seeded-jobs.ts';
import { faultsOf, startUploads } from './steady-uploads.ts';

const JOBS = 300;
const REBUILDS = 3;
/** Enough that some have their last event just when the documents are switched. */
const RESTLESS = 80;

const used = useCluster({ core: { projection: { replicas: 2 } }, providers: { echo: echo() } });
let seeded: SeededJobs;
let restless: RestlessJobs;

/** Waits until everything that the relay has published is projected. */
const projected = () =>
  waitFor(
    'the projection to be done',
    () => used.stores.bus.lag(JOB_EVENTS_TOPIC, 'projection'),
    (lag) => lag === 0,
    { limitMs: 120_000 },
  );

async function rebuild(n: number): Promise<void> {
  const { url } = used.service('projection', n % 2);
  const response = await fetch(`${url}/rebuild`, { method: 'POST', signal: AbortSignal.timeout(60_000) });
  expect([response.status, await response.json()]).toEqual([200, { jobs: expect.any(Number), failed: [] }]);
}

/** The documents that there must be of these jobs, and of no others. */
const truth = (uploaded: Iterable<number>) =>
  foldedDocuments(
    used.stores,
    [...seeded.open, ...seeded.deleted, ...restless.ids, ...uploaded].toSorted((a, b) => a - b),
  );

beforeAll(async () => {
  seeded = await seedJobs(used.stores.eventStore, JOBS);
  restless = await restlessJobs(used.stores.eventStore, RESTLESS);
  await waitFor(
    'the seeded jobs to be listed',
    async () => (await used.api.list('?limit=1')).pagination.total,
    (total) => total === seeded.open.length + RESTLESS,
    { limitMs: 120_000 },
  );
  await projected();
}, 300_000);

it('a rebuild fails no read and no upload, hides no job, and ends in what a fold of the event store gives', async () => {
  const { api } = used;
  const uploads = startUploads(api, 100);
  const readers = startReaders(api, seeded, uploads.acknowledged);
  for (let n = 0; n < REBUILDS; n++) {
    await restless.during(rebuild(n));
    // The next rebuild would mend what this one has missed.
    const expected = await foldedDocuments(used.stores, restless.ids);
    await expect
      .poll(() => documentsOf(used.stores, restless.ids), { timeout: 60_000, interval: 100 })
      .toEqual(expected);
  }
  await uploads.stop();
  const { wrong, lists, gets } = await readers.stop();
  expect(uploads.refused).toEqual([]);
  expect(wrong).toEqual([]);
  expect(await faultsOf(api, used.service('upload-gateway').url, uploads.acknowledged)).toEqual({});
  await projected();
  const documents = await documentsOf(used.stores);
  expect(documents).toEqual(await truth(uploads.acknowledged.keys()));
  console.log(
    `${REBUILDS} rebuilds of up to ${documents.size} documents beside ${lists} pages of lists, ${gets} jobs read and ${uploads.acknowledged.size} uploads`,
  );
});

it('a read model that lost every document gets the same ones from a rebuild', async () => {
  const { stores, api } = used;
  const before = await documentsOf(stores);
  await (await stores.readModel.startGeneration()).activate();
  expect((await api.list()).pagination.total).toBe(0);
  for (const id of seeded.open.slice(0, 10)) await api.job(id);
  await rebuild(0);
  expect(await documentsOf(stores)).toEqual(before);
});

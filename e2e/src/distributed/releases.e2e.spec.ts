import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { JOB_EVENTS_TOPIC } from '@inkstream/contracts';
import {
  type Backends,
  backendConfig,
  closeBackends,
  openBackends,
  readConfig,
  silentLogger,
} from '@inkstream/service-kit';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { lags } from '../chaos/duplicates.ts';
import { documentsOf } from '../chaos/verdict.ts';
import { type Edit, edit } from '../releases/edit.ts';
import { lastRelease } from '../releases/last-release.ts';
import { ADDITIONS, CHANGES } from '../releases/next-release.ts';
import {
  READERS_FIRST,
  type Release,
  type RollingCluster,
  type ServiceName,
  startRollingCluster,
} from '../releases/rolling-cluster.ts';
import { treeOfCommit, treeOfWork } from '../releases/source-tree.ts';
import { startUploads, type Uploads } from '../releases/uploads.ts';
import { type Api, createApi, expectError } from '../support/api.ts';
import { type ClusterBackends, startBackends } from '../support/distributed/backends.ts';
import { waitFor } from '../support/wait-for.ts';
import { faultsOf } from './steady-uploads.ts';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const DEAD_LETTERS = join(REPOSITORY, 'deploy/dead-letters/src/main.ts');
const TEST_LIMIT_MS = 900_000;
const LOG_LINES = 40;
const LIMIT = { limitMs: 120_000, everyMs: 50 };
const WRITERS_FIRST = READERS_FIRST.toReversed();

/** The last release, and the sources as they stand, with what a later release may bring. */
let last: Release;
let additions: Release;
let changes: Release;
let folder: string;
let backends: ClusterBackends;
let stores: Backends;
let cluster: RollingCluster;
let api: Api;
let uploads: Uploads;

async function nextRelease(name: string, edits: readonly Edit[]): Promise<Release> {
  const release = { name, folder: join(folder, name) };
  await treeOfWork(REPOSITORY, release.folder);
  await edit(release.folder, edits);
  return release;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-releases-'));
  const { name, commit } = await lastRelease(REPOSITORY);
  console.log(`the last release is ${name}, ${commit}`);
  last = { name, folder: join(folder, 'last') };
  await treeOfCommit(REPOSITORY, commit, last.folder);
  additions = await nextRelease('additions', ADDITIONS);
  changes = await nextRelease('changes', CHANGES);
  backends = await startBackends();
  cluster = await startRollingCluster(last, backends.env);
  const config = readConfig(backendConfig, { INKSTREAM_MODE: 'distributed', ...backends.env });
  stores = await openBackends(config, silentLogger());
  api = createApi(() => cluster.url);
  uploads = startUploads(api);
});
afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(cluster.log().split('\n').slice(-LOG_LINES).join('\n'));
});
afterAll(async () => {
  await uploads?.stop().catch(() => {});
  await cluster?.stop();
  if (stores) await closeBackends(stores);
  await backends?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Waits until these jobs are completed, by themselves and in lists. */
async function expectCompleted(ids: readonly number[]): Promise<void> {
  for (const id of ids) expect(await api.finished(id, LIMIT)).toMatchObject({ status: 'completed' });
  await waitFor(
    'lists to show it',
    async () => [...(await stores.readModel.getJobs(ids)).values()].map(({ view }) => view.status),
    (statuses) => statuses.length === ids.length && statuses.every((status) => status === 'completed'),
    LIMIT,
  );
}

/** Whoever runs now brings what is uploaded now to its end. */
const expectWorkGoesOn = async () => expectCompleted(await uploads.upload(3));

/** That, and no service has met what it does not know; `but`: of which this is not said. */
async function expectNothingWaits(...but: ServiceName[]): Promise<void> {
  await expectWorkGoesOn();
  const waiting = await cluster.waiting();
  for (const name of but) delete waiting[name];
  expect(waiting).toEqual({});
}

/** What `npm run dead-letters -- list` prints. */
async function deadLetters(): Promise<string> {
  const env = { ...backends.env, PATH: process.env.PATH };
  return (await promisify(execFile)(process.execPath, [DEAD_LETTERS, 'list'], { env })).stdout;
}

const untilFeedIsRead = () =>
  waitFor(
    'the feed to be read',
    () => stores.bus.lag(JOB_EVENTS_TOPIC, 'projection'),
    (lag) => lag === 0,
    LIMIT,
  );

const untilAllIsRead = () =>
  waitFor(
    'every group to be done',
    () => lags(stores.bus, ['echo']),
    (all) => Object.values(all).every((lag) => lag === 0),
    LIMIT,
  );

const rebuild = () => fetch(`${cluster.of('projection')[0]?.url}/rebuild`, { method: 'POST' });

/** Those that have been looked at. */
const done = new Set<number>();

/** Every acknowledged upload has its own result, nothing is pending or given up, and a rebuild changes no document. */
async function expectAllDone(): Promise<void> {
  const others = [...uploads.acknowledged].filter(([id]) => !done.has(id));
  expect(await faultsOf(api, cluster.url, new Map(others))).toEqual({});
  for (const [id] of others) done.add(id);
  await untilAllIsRead();
  expect(await cluster.waiting()).toEqual({});
  expect(await deadLetters()).toBe('');
  const ids = [...uploads.acknowledged.keys()];
  const documents = await documentsOf(stores, ids);
  expect((await rebuild()).status).toBe(200);
  expect(await documentsOf(stores, ids)).toEqual(documents);
}

it('a release that adds optional fields runs beside the one before in any order, and is rolled back: nothing waits', {
  timeout: TEST_LIMIT_MS,
}, async () => {
  for (const name of WRITERS_FIRST) await cluster.replace(name, additions, expectNothingWaits);
  await expectNothingWaits();
  for (const name of READERS_FIRST) await cluster.replace(name, last, expectNothingWaits);
  await expectNothingWaits();
  await expectAllDone();
});

it('a release with new events, versions and messages comes readers first and goes writers first: nothing waits but what it had begun', {
  timeout: TEST_LIMIT_MS,
}, async () => {
  for (const name of READERS_FIRST) await cluster.replace(name, changes, expectNothingWaits);
  await expectNothingWaits();
  await expectAllDone();

  for (const name of WRITERS_FIRST) {
    // What the later release wrote is read by itself before its readers go.
    if (name === 'echo') await untilAllIsRead();
    else await untilFeedIsRead();
    // But an execution that it began, and that went over to the provider of the release before, waits there.
    await cluster.replace(name, last, () => expectNothingWaits('echo'));
  }
  await expectNothingWaits('echo');
  expect(await deadLetters()).toBe('');
});

it('what a release does not know waits in each service and is shown there, delays nothing else, and is done after the upgrade', {
  timeout: TEST_LIMIT_MS,
}, async () => {
  // The relay is the first to meet it, then those who read what the relay publishes.
  await cluster.replace('upload-gateway', changes);
  const [unknown = 0] = await uploads.upload(3);
  await waitFor('the relay to say so', cluster.waiting, (waiting) => 'event-relay' in waiting, LIMIT);
  await expectError(await api.call(`/ocr-jobs/${unknown}`), 503, /later release/);
  await cluster.replace('event-relay', changes);
  const waitingConsumers = () =>
    waitFor(
      'consumers to say so',
      cluster.waiting,
      (waiting) => Object.keys(waiting).toSorted().join() === 'echo,projection',
      LIMIT,
    );
  await waitingConsumers();
  await expectError(await rebuild(), 503, /later release/);

  // Rolled back, it goes on with what it knows.
  await cluster.replace('upload-gateway', last);
  for (const id of await uploads.upload(3)) await api.finished(id, LIMIT);
  await cluster.replace('event-relay', last);
  await expectWorkGoesOn();
  await waitingConsumers();
  expect(await deadLetters()).toBe('');

  for (const name of READERS_FIRST) await cluster.replace(name, changes);
  await uploads.stop();
  done.clear();
  await expectAllDone();
});

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  type Backends,
  backendConfig,
  closeBackends,
  openBackends,
  readConfig,
  silentLogger,
} from '@inkstream/service-kit';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Api, createApi } from '../support/api.ts';
import { type ClusterBackends, startBackends } from '../support/distributed/backends.ts';
import { type Edit, edit } from './edit.ts';
import { lastRelease } from './last-release.ts';
import { ADDITIONS, CHANGES } from './next-release.ts';
import { type Release, type RollingCluster, startRollingCluster } from './rolling-cluster.ts';
import { treeOfCommit, treeOfWork } from './source-tree.ts';
import { startUploads, type Uploads } from './uploads.ts';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const DEAD_LETTERS = join(REPOSITORY, 'deploy/dead-letters/src/main.ts');
const LOG_LINES = 40;

/** A cluster that runs the last release at first, uploads to it that go on and on, and what a next release may be. */
export interface UsedReleases {
  readonly last: Release;
  /** The sources as they stand, and optional fields that no release has. */
  readonly additions: Release;
  /** The same, and events, versions and a message that no release has. */
  readonly changes: Release;
  readonly cluster: RollingCluster;
  readonly uploads: Uploads;
  readonly api: Api;
  readonly stores: Backends;
  /** What `npm run dead-letters -- list` prints. */
  deadLetters(): Promise<string>;
}

/** The trees of the releases in this folder. */
async function makeTrees(folder: string): Promise<Pick<UsedReleases, 'last' | 'additions' | 'changes'>> {
  const next = async (name: string, edits: readonly Edit[]): Promise<Release> => {
    const release = { name, folder: join(folder, name) };
    await treeOfWork(REPOSITORY, release.folder);
    await edit(release.folder, edits);
    return release;
  };
  const { name, commit } = await lastRelease(REPOSITORY);
  console.log(`the last release is ${name}, ${commit}`);
  const last = { name, folder: join(folder, 'last') };
  await treeOfCommit(REPOSITORY, commit, last.folder);
  return { last, additions: await next('additions', ADDITIONS), changes: await next('changes', CHANGES) };
}

/** All of that for the tests of the file that calls this. */
export function useReleases(): UsedReleases {
  let folder = '';
  let backends: ClusterBackends | undefined;
  let cluster: RollingCluster | undefined;
  let stores: Backends | undefined;
  let uploads: Uploads | undefined;
  const used = {
    async deadLetters() {
      const env = { ...backends?.env, PATH: process.env.PATH };
      return (await promisify(execFile)(process.execPath, [DEAD_LETTERS, 'list'], { env })).stdout;
    },
  } as UsedReleases;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-releases-'));
    const trees = await makeTrees(folder);
    backends = await startBackends();
    cluster = await startRollingCluster(trees.last, backends.env);
    const { url } = cluster;
    const config = readConfig(backendConfig, { INKSTREAM_MODE: 'distributed', ...backends.env });
    stores = await openBackends(config, silentLogger());
    const api = createApi(() => url);
    uploads = startUploads(api);
    Object.assign(used, { ...trees, cluster, stores, api, uploads });
  });
  afterEach(({ task }) => {
    if (task.result?.state !== 'fail') return;
    console.error(cluster?.log().split('\n').slice(-LOG_LINES).join('\n'));
  });
  afterAll(async () => {
    await uploads?.stop().catch(() => {});
    await cluster?.stop();
    if (stores) await closeBackends(stores);
    await backends?.close();
    await rm(folder, { recursive: true, force: true });
  });
  return used;
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackendKind, Report } from '../backend-kind.ts';
import { cached } from './cache.ts';
import { runTool } from './tool.ts';

/** What is published as source, as Go modules: MinIO, here of its release of 2026-02-12, and the Versity S3 Gateway. */
const minioModule = 'github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c';
const versitygwModule = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';

const here = (path: string): string => new URL(`../../${path}`, import.meta.url).pathname;

/** The jars that a pom names, with all that they need, into `<folder>/lib`. */
const jars = (what: string, pom: string, folder: string): Promise<string> =>
  runTool(what, 'mvn', [
    '--batch-mode',
    '--quiet',
    `--file=${pom}`,
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${join(folder, 'lib')}`,
  ]);

async function kafka(report: Report): Promise<string> {
  const pom = here('kafka/pom.xml');
  return cached('kafka', await readFile(pom, 'utf8'), async (folder) => {
    report('Installing Apache Kafka');
    await jars('Apache Kafka', pom, folder);
  });
}

async function mongodb(report: Report): Promise<string> {
  const [pom, source] = [here('mongodb/pom.xml'), here('mongodb/MongoServer.java')];
  const recipe = await Promise.all([readFile(pom, 'utf8'), readFile(source, 'utf8')]);
  return cached('mongodb-double', recipe.join(), async (folder) => {
    report('Installing the MongoDB wire double');
    await jars('The MongoDB wire double', pom, folder);
    const classes = join(folder, 'classes');
    await runTool('The MongoDB wire double', 'javac', [
      '-cp',
      join(folder, 'lib', '*'),
      '-d',
      classes,
      source,
    ]);
  });
}

/** A Go program as `<folder>/<name>`. */
const goProgram = (what: string, name: string, module: string) => (report: Report) =>
  cached(name, module, async (folder) => {
    report(`Building ${what}, which takes some minutes the first time`);
    await runTool(what, 'go', ['install', module], { GOBIN: folder, GOFLAGS: '', CGO_ENABLED: '0' });
  });

const installers: { readonly [Kind in BackendKind]: (report: Report) => Promise<string> } = {
  kafka,
  minio: goProgram('MinIO', 'minio', minioModule),
  versitygw: goProgram('the Versity S3 Gateway', 'versitygw', versitygwModule),
  mongodb,
  eventstoredb: async () => here('../../libs/testing/src/eventstoredb-double'),
};

/**
 * Installs a backend if it is not yet, and returns its folder. Any number of processes may do so at once.
 *
 * @throws MissingToolError if a tool that this takes (java, mvn, go) is not there.
 */
export const install = (kind: BackendKind, report: Report = () => {}): Promise<string> =>
  installers[kind](report);

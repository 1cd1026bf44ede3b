import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkPackages } from './packages.ts';
import { checkImages, imagesIn, pinImages } from './pins.ts';
import { parseImage } from './registry.ts';
import { type FakeRegistry, startFakeRegistry } from './spec-support/fake-registry.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
/** Built here: no registry has it. */
const OURS = `inkstream/gateway:$\{INKSTREAM_TAG:-latest}`;
const LATER = `sha256:${'b'.repeat(64)}`;

let folder: string;
let file: string;
let registry: FakeRegistry;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-images-'));
  file = join(folder, 'docker-compose.yml');
  registry = await startFakeRegistry();
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

const compose = (...images: readonly string[]) =>
  `services:\n${images.map((image, n) => `  s${n}:\n    image: ${image}\n    command: run\n`).join('')}`;
const content = () => readFile(file, 'utf8');

describe('images:pin', () => {
  it('writes the digest that the registry tells for a tag, after a token, and the newer one at the next run', async () => {
    const image = `${registry.host}/team/store:1.2.3`;
    registry.digests.set('team/store:1.2.3', DIGEST);
    await writeFile(file, compose(image, OURS, image));
    expect(await pinImages(file)).toEqual([{ ok: true, text: `${image}: ${DIGEST}` }]);
    const pinned = `${image}@${DIGEST}`;
    expect(await content()).toBe(compose(pinned, OURS, pinned));
    expect(await checkImages(file)).toMatchObject([{ ok: true }]);

    registry.digests.set('team/store:1.2.3', LATER);
    expect(await checkImages(file), 'the digest itself is gone').toMatchObject([{ ok: false }]);
    await pinImages(file);
    expect(await content()).toContain(`${image}@${LATER}`);
    expect(await content()).not.toContain(DIGEST);
  });

  it('writes no digest that the registry did not tell: an image that is gone, one without a digest, no registry', async () => {
    registry.digests.set('untold:1', null);
    registry.digests.set('wrong:1', 'sha256:0');
    const images = ['gone:1', 'untold:1', 'wrong:1'].map((name) => `${registry.host}/${name}`);
    const away = await startFakeRegistry();
    await away.close();
    const before = compose(...images, `${away.host}/team/store:1`);
    await writeFile(file, before);
    const findings = await pinImages(file);
    expect(findings.map(({ ok }) => ok)).toEqual([false, false, false, false]);
    expect(findings[0]?.text).toContain('does not have it');
    expect(findings[3]?.text).toContain('ECONNREFUSED');
    expect(await content()).toBe(before);
  });

  it('ends with 1 if anything was not told, and with 0 if all was', async () => {
    registry.digests.set('store:1', DIGEST);
    const main = new URL('main.ts', import.meta.url).pathname;
    const run = (command: string) =>
      promisify(execFile)(process.execPath, [main, command, file]).then(
        () => 0,
        ({ code }) => code,
      );
    await writeFile(file, compose(`${registry.host}/store:1`));
    expect([await run('pin'), await run('check')]).toEqual([0, 0]);
    expect(await content()).toContain(DIGEST);
    await writeFile(file, compose(`${registry.host}/store:2`));
    expect([await run('pin'), await run('check'), await run('other')]).toEqual([1, 1, 1]);
  });
});

it('names a package that is gone, of npm, Go or Maven', async () => {
  const put = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const packages = {
    '': { version: '1.0.0' },
    'node_modules/@scope/one': { version: '1.0.0' },
    'node_modules/a/node_modules/two': { version: '2.0.0' },
    'node_modules/ours': { link: true },
  };
  await put('package-lock.json', JSON.stringify({ packages }));
  await put('deploy/native/src/install/install.ts', "const m = 'github.com/Team/tool/cmd/tool@v1.8.0';");
  const pom = (artifact: string) =>
    `<dependency><groupId>org.team</groupId><artifactId>${artifact}</artifactId><version>3.0.0</version></dependency>`;
  await put('deploy/native/kafka/pom.xml', pom('kafka'));
  await put('deploy/native/mongodb/pom.xml', pom('gone'));
  registry.paths
    .add('/npm/@scope%2fone/1.0.0')
    .add('/go/github.com/!team/tool/@v/v1.8.0.info')
    .add('/maven/org/team/kafka/3.0.0/kafka-3.0.0.pom');
  const [npm, go, maven] = ['npm', 'go', 'maven'].map((name) => `http://${registry.host}/${name}`);
  const findings = await checkPackages(folder, { npm: npm ?? '', go: go ?? '', maven: maven ?? '' });
  expect(findings.map(({ ok, text }) => [ok, text])).toEqual([
    [true, '@scope/one@1.0.0: is there'],
    [false, 'two@2.0.0: is gone'],
    [true, 'github.com/Team/tool@v1.8.0: is there'],
    [true, 'org.team:kafka:3.0.0: is there'],
    [false, 'org.team:gone:3.0.0: is gone'],
  ]);
});

it("reads names as Docker does, and finds all images of the project's own compose file and Dockerfile", async () => {
  const hub = 'https://registry-1.docker.io';
  expect(parseImage('mongo:8.0.20')).toMatchObject({ registry: hub, repository: 'library/mongo' });
  expect(parseImage('apache/kafka:4.1.2')).toMatchObject({ registry: hub, repository: 'apache/kafka' });
  expect(parseImage(`quay.io/minio/minio:RELEASE.1@${DIGEST}`)).toEqual({
    registry: 'https://quay.io',
    repository: 'minio/minio',
    tag: 'RELEASE.1',
    digest: DIGEST,
  });
  const project = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
  const images = imagesIn(await project('docker-compose.yml'));
  expect(images.some((image) => image.startsWith('quay.io/minio/minio:RELEASE.'))).toBe(true);
  expect(images.every((image) => parseImage(image).tag !== 'latest')).toBe(true);
  expect(imagesIn(await project('deploy/Dockerfile'))).toEqual([expect.stringMatching(/^node:\d/)]);
});

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lastRelease } from './last-release.ts';

const run = promisify(execFile);
const AUTHOR = ['-c', 'user.name=Nobody', '-c', 'user.email=nobody@example.org'];
const UNRELEASED = '# Changelog\n\n## [Unreleased]\n';
const FIRST = '## [0.2.0] - 2026-11-30\n';
const SECOND = '## [0.3.0] - 2027-01-31\n';

let folder: string;
const git = async (...args: string[]) => (await run('git', ['-C', folder, ...AUTHOR, ...args])).stdout.trim();
/** Commits this changelog; resolves with the commit. */
async function commit(changelog: string): Promise<string> {
  await writeFile(join(folder, 'CHANGELOG.md'), changelog);
  await git('add', '.');
  await git('commit', '--quiet', '--allow-empty', '--message', 'Change something');
  return git('rev-parse', 'HEAD');
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-last-release-'));
  await git('init', '--quiet');
});
afterEach(() => rm(folder, { recursive: true }));

it('is HEAD as long as nothing is released', async () => {
  await commit(UNRELEASED);
  const head = await commit(`${UNRELEASED}\n## [0.2.0]\n`);
  expect(await lastRelease(folder)).toEqual({ name: 'HEAD', commit: head });
});

it('is the commit that wrote the newest dated heading, HEAD if that did, in a clone without tags', async () => {
  await commit(UNRELEASED);
  const first = await commit(UNRELEASED + FIRST);
  expect(await lastRelease(folder)).toEqual({ name: '0.2.0', commit: first });
  await commit(`${UNRELEASED}- Something new\n${FIRST}`);
  expect(await lastRelease(folder)).toEqual({ name: '0.2.0', commit: first });
  const second = await commit(UNRELEASED + SECOND + FIRST);
  await commit(`${UNRELEASED}- More\n${SECOND}${FIRST}`);
  expect(await lastRelease(folder)).toEqual({ name: '0.3.0', commit: second });
});

it('is what the tag of the newest dated heading points to', async () => {
  await commit(UNRELEASED + FIRST);
  const later = await commit(`${UNRELEASED}${FIRST}- Mended at the last moment\n`);
  await git('tag', '--annotate', '--message', 'Release', '0.2.0');
  await commit(`${UNRELEASED}- Something new\n${FIRST}`);
  expect(await lastRelease(folder)).toEqual({ name: '0.2.0', commit: later });
});

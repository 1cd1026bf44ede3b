import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from '../../config.ts';
import { diagnose } from '../../doctor/finding.ts';
import { backendConfig } from '../backend-config.ts';
import { dataFolderCheck } from './data-folder.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'inkstream-doctor-'));
});
afterEach(() => rm(base, { recursive: true }));

const lookAt = (folder: string, env = {}) =>
  diagnose([
    dataFolderCheck(
      readConfig(backendConfig, { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder, ...env }),
    ),
  ]);
const faultsOf = async (folder: string) =>
  (await lookAt(folder)).filter(({ level }) => level === 'fault').map(({ says }) => says);

it('a folder that is not there yet is no fault, and is not made', async () => {
  expect(await faultsOf(join(base, 'a/b'))).toEqual([]);
  expect(await readdir(base)).toEqual([]);
});

it('a file in its place, a read-only file system and data of another release are faults', async () => {
  await writeFile(join(base, 'file'), '');
  expect(await faultsOf(join(base, 'file'))).toEqual([
    expect.stringContaining('what should be a folder on the way to it is a file'),
  ]);
  expect(await faultsOf('/proc/ink')).toEqual([expect.stringContaining('/proc/ink cannot be used')]);
  await writeFile(join(base, 'inkstream.db'), '');
  expect(await faultsOf(base)).toEqual([expect.stringContaining('made by a release before 0.2.0')]);
  await writeFile(join(base, 'format'), '9\n');
  expect(await faultsOf(base)).toEqual([expect.stringContaining('has format 9, this release knows 2')]);
});

it('one that others may read is a warning, and keeps its rights; a disk that is nearly full is told', async () => {
  const folder = join(base, 'open');
  await mkdir(folder);
  await chmod(folder, 0o755);
  const warnings = (await lookAt(folder)).filter(({ level }) => level === 'warning');
  expect(warnings).toMatchObject([{ says: 'others may read it' }]);
  expect((await stat(folder)).mode & 0o777).toBe(0o755);
  const full = await lookAt(folder, { RESERVED_DISK_BYTES: String(2 ** 40) });
  expect(full).toContainEqual(
    expect.objectContaining({ level: 'fault', says: expect.stringMatching(/uploads are refused below/) }),
  );
});

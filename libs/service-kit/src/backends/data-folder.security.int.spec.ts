import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, StartError } from '../config.ts';
import { type Logger, silentLogger } from '../log.ts';
import { ensureDataFolder } from './data-folder.ts';

const NOBODY = 65_534;

describe('the data folder', () => {
  let parent: string;
  let folder: string;
  let warnings: string[];
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'inkstream-data-'));
    folder = join(parent, 'data');
    warnings = [];
  });
  afterEach(() => rm(parent, { recursive: true }));
  const log = Object.assign(silentLogger(), {
    warn: (_: object, message: string) => warnings.push(message),
  }) as unknown as Logger;
  const ensure = () => ensureDataFolder(folder, log);
  const modeOf = async (path = '') => ((await stat(join(folder, path))).mode & 0o7777).toString(8);

  it('is made for its owner alone, whatever the umask, and used again without a warning', async () => {
    const umask = process.umask(0);
    await ensure().finally(() => process.umask(umask));
    await ensure();
    expect(await modeOf()).toBe('700');
    expect(warnings).toEqual([]);
  });

  it('that others could read is closed to them with all that Inkstream keeps in it, and that is logged', async () => {
    const files = [
      'inkstream.db',
      'inkstream.db-wal',
      'readmodel.db-shm',
      'lock.db',
      'objects/jobs/1/files/1',
    ];
    await mkdir(join(folder, 'objects/jobs/1/files'), { recursive: true });
    for (const file of [...files, 'notes.txt']) await writeFile(join(folder, file), '');
    await writeFile(join(parent, 'outside'), '');
    await symlink(join(parent, 'outside'), join(folder, 'objects/link'));
    for (const path of ['', 'objects', 'objects/jobs', 'objects/jobs/1', 'objects/jobs/1/files'])
      await chmod(join(folder, path), 0o777);
    for (const file of [...files, 'notes.txt', '../outside']) await chmod(join(folder, file), 0o666);
    await ensure();
    for (const file of files) expect(await modeOf(file), file).toBe('600');
    for (const path of ['', 'objects', 'objects/jobs/1/files']) expect(await modeOf(path), path).toBe('700');
    expect(await modeOf('notes.txt'), 'is not ours').toBe('666');
    expect(await modeOf('../outside'), 'is behind a link').toBe('666');
    expect(warnings).toEqual(['others could read the data folder; now only its owner can']);
  });

  it('is refused if a file has its name', async () => {
    await writeFile(folder, '');
    await expect(ensure()).rejects.toThrow(
      /^INKSTREAM_DATA_DIR: .*data cannot be used: it is a file, not a folder$/,
    );
    await expect(ensure()).rejects.toThrow(StartError);
  });

  it('is made with the folders on the way to it', async () => {
    folder = join(parent, 'a/b/data');
    await ensure();
    expect(await modeOf()).toBe('700');
  });

  it.runIf(existsSync('/proc/self'))(
    'is refused at once in a file system that makes no folders',
    async () => {
      folder = '/proc/inkstream/data';
      await expect(ensure()).rejects.toThrow(/^INKSTREAM_DATA_DIR: \/proc\/inkstream\/data cannot be used: /);
    },
  );

  it.runIf(existsSync('/proc/self/fd'))(
    'is refused before its rights are changed if no file can be made in it',
    async () => {
      folder = `/proc/${process.pid}/task`;
      const before = await modeOf();
      await expect(ensure()).rejects.toThrow(StartError);
      expect([await modeOf(), warnings]).toEqual([before, []]);
    },
  );

  it('is refused if it holds other things and none of ours, and keeps its rights', async () => {
    await mkdir(folder, { mode: 0o755 });
    await mkdir(join(folder, 'lost+found'));
    await writeFile(join(folder, 'passwd'), '');
    await expect(ensure()).rejects.toThrow(/holds other things \(passwd\)/);
    expect(await modeOf()).toBe('755');
    await writeFile(join(folder, 'format'), '');
    await ensure();
    expect(await modeOf()).toBe('700');
  });

  it('is refused if many users share it', async () => {
    await mkdir(folder);
    await chmod(folder, 0o1777);
    await expect(ensure()).rejects.toThrow(ConfigError);
    expect(await modeOf()).toBe('1777');
  });

  it('is refused if others may read it and its owner is another user', async () => {
    const isRoot = process.geteuid?.() === 0;
    await mkdir(folder);
    for (const path of [parent, folder]) await chmod(path, 0o755);
    if (isRoot) process.seteuid?.(NOBODY);
    else folder = '/usr';
    try {
      await expect(ensure()).rejects.toThrow(/INKSTREAM_DATA_DIR: .* owner is another user/);
      expect(await modeOf()).toBe('755');
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});

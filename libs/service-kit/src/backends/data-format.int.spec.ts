import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../log.ts';
import { closeBackends, openBackends } from './backends.ts';

describe('the format of a data folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-format-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const start = async () => {
    const config = { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder } as const;
    await closeBackends(await openBackends(config, silentLogger()));
  };

  it('is written first, and found again', async () => {
    await start();
    expect(await readFile(join(folder, 'format'), 'utf8')).toBe('2\n');
    await start();
  });

  it('of a release before 0.2.0 is refused, and nothing is changed', async () => {
    await writeFile(join(folder, 'inkstream.db'), '');
    await expect(start()).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('made by a release before 0.2.0'),
    });
    expect(await readdir(folder)).toEqual(['inkstream.db']);
  });

  it('of a later release is refused', async () => {
    await writeFile(join(folder, 'format'), '3\n');
    await expect(start()).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('format 3'),
    });
  });
});

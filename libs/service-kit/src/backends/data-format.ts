import { access, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../config.ts';

const FORMAT_FILE = 'format';
/** 1 was the format of releases before 0.2.0, which wrote no such file. */
const FORMAT = '2';

/**
 * Writes the format of the data folder into it, before anything else is written there. `database` is the file that
 * every release keeps in it.
 *
 * @throws ConfigError if it holds what a release before 0.2.0 wrote, or what a later release wrote.
 */
export async function ensureDataFormat(folder: string, database: string): Promise<void> {
  // Checked first: another process that makes the folder at the same time writes the format before the database.
  const used = await access(join(folder, database)).then(
    () => true,
    () => false,
  );
  const file = join(folder, FORMAT_FILE);
  const format = await readFile(file, 'utf8').catch((error) => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  });
  if (format === null && used)
    throw new ConfigError(
      `INKSTREAM_DATA_DIR: ${folder} was made by a release before 0.2.0 (it has no file "${FORMAT_FILE}"), ` +
        'which this one cannot read; name another folder',
    );
  if (format !== null && format.trim() !== FORMAT)
    throw new ConfigError(
      `INKSTREAM_DATA_DIR: ${folder} has format ${format.trim().slice(0, 20)}, this release knows ${FORMAT}; ` +
        'was it made by a later one?',
    );
  if (format !== null) return;
  // Whole or not at all, also if the process is killed in between; every writer writes the same.
  const written = `${file}.${process.pid}`;
  await writeFile(written, `${FORMAT}\n`, { mode: 0o600 });
  await rename(written, file);
}

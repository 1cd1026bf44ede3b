import { access, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { StartError } from '../../config.ts';
import { type Check, fault, ok, warning } from '../../doctor/finding.ts';
import { roomIn, tryToWrite } from '../../doctor/machine.ts';
import { reasonOf } from '../../transient.ts';
import type { BackendConfig } from '../backend-config.ts';
import { dataFolderFault } from '../data-folder.ts';
import { ensureDataFormat } from '../data-format.ts';

const OTHERS = 0o077;
const MAIN_FILE = 'inkstream.db';
const RESERVED = 64 * 1024 * 1024;
const TODO = 'let the user that runs Inkstream own it and what is in it: chown -R, chmod -R u=rwX,go=';

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Without the variable's name, which is in the subject. */
const saidOf = (error: unknown): string =>
  error instanceof StartError ? error.message.replace(/^INKSTREAM_DATA_DIR: /, '') : reasonOf(error);

/** The folder itself, or the first on the way to it that is there. */
async function nearest(folder: string): Promise<string> {
  return (await exists(folder)) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}

/** Where everything is kept, embedded. Makes nothing, and leaves rights as they are. */
export const dataFolderCheck = (config: BackendConfig): Check => {
  const { INKSTREAM_DATA_DIR: name, RESERVED_DISK_BYTES: reserved = RESERVED } = config;
  const folder = resolve(name);
  return {
    subject: `Data folder ${folder} (INKSTREAM_DATA_DIR)`,
    todo: 'name another folder',
    async look() {
      const there = await nearest(folder);
      try {
        await tryToWrite(there);
        if (await exists(join(folder, MAIN_FILE))) await ensureDataFormat(folder, MAIN_FILE);
        else if (there === folder) await readdir(folder);
      } catch (error) {
        return [fault(saidOf(dataFolderFault(folder, error)), TODO)];
      }
      const used = await exists(join(folder, MAIN_FILE));
      const isOpen = there === folder && ((await stat(folder)).mode & OTHERS) !== 0;
      return [
        ok(
          used
            ? 'holds data of this release, and can be written to'
            : 'is made, or filled, by the first start',
        ),
        ...(isOpen
          ? [warning('others may read it', 'the next start takes that right away; chmod 700 does it now')]
          : []),
        await roomIn(there, reserved),
      ];
    },
  };
};

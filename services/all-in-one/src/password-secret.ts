import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PasswordSecrets } from '@inkstream/job-store';
import {
  ConfigError,
  dataFolderFault,
  type PasswordConfig,
  passwordSecretIn,
  passwordSecrets,
} from '@inkstream/service-kit';

const NAME = 'password-secret';
const OWNER_FILE = 0o600;
const BYTES = 32;

/** Made at the first start, whole or not at all; nobody but its owner reads it. */
async function make(file: string): Promise<string> {
  const secret = randomBytes(BYTES).toString('hex');
  const begun = `${file}.new`;
  await rm(begun, { force: true });
  const handle = await open(begun, 'wx', OWNER_FILE);
  try {
    await handle.writeFile(`${secret}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(begun, file);
  return secret;
}

/**
 * The secrets that passwords of PDFs are encrypted by: those of the configuration or, without any, one that the data folder
 * keeps. The folder is this process's alone.
 *
 * @throws ConfigError if what the folder keeps is none; StartError if the folder cannot be used.
 */
export async function secretsOfFolder(
  folder: string,
  config: Partial<PasswordConfig>,
): Promise<PasswordSecrets> {
  const { PASSWORD_SECRET, PASSWORD_SECRET_PREVIOUS } = config;
  if (PASSWORD_SECRET) return passwordSecrets({ PASSWORD_SECRET, PASSWORD_SECRET_PREVIOUS });
  const file = join(folder, NAME);
  let text: string;
  try {
    text = await readFile(file, 'utf8').catch((error) => {
      if (error.code === 'ENOENT') return make(file);
      throw error;
    });
  } catch (error) {
    throw dataFolderFault(folder, error);
  }
  try {
    return [passwordSecretIn(text.trim())];
  } catch {
    throw new ConfigError(`${file}: is no secret; delete it, and the next start makes one`);
  }
}

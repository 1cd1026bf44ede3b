import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Declaration, declarationSchema } from './declaration.ts';

export interface Variable {
  readonly name: string;
  /** As in the environment; undefined if there is none. */
  readonly value?: string;
  readonly description?: string;
}

/** What the code of a folder says of its provider. */
export interface DescribedProvider {
  readonly name: string;
  readonly description: string;
  readonly accepts: readonly string[];
  readonly maxBytes: number;
  readonly maxPages: number;
  readonly aliases: readonly string[];
  /** What it wants before it runs, in words; null if it runs as it is. */
  readonly wants: string | null;
  readonly variables: readonly Variable[];
}

export interface ProviderFolder extends DescribedProvider {
  /** `ocr-acme`, which is its service, container and image too. */
  readonly folder: string;
  /** The name of its package. */
  readonly package: string;
  readonly declaration: Declaration;
}

const DESCRIBE = fileURLToPath(new URL('./describe.ts', import.meta.url));

/**
 * The providers that have a folder in `services`, by name of the folder. Their code runs in a process that knows
 * nothing of this machine's keys and accounts, so that what is generated is the same everywhere.
 *
 * @throws Error naming the folder of which something is missing or not named after its provider.
 */
export async function providerFolders(root: string): Promise<readonly ProviderFolder[]> {
  const services = join(root, 'services');
  const folders = readdirSync(services)
    .filter((name) => name.startsWith('ocr-') && existsSync(join(services, name, 'src/provider.ts')))
    .toSorted();
  return Promise.all(
    folders.map(async (folder) => {
      const manifest = JSON.parse(readFileSync(join(services, folder, 'package.json'), 'utf8'));
      const declaration = declarationSchema.parse(manifest.inkstream ?? {});
      const example = JSON.stringify(declaration.example);
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', DESCRIBE, join(services, folder), example],
        { env: { PATH: process.env.PATH, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' } },
      );
      return { ...JSON.parse(stdout), folder, package: manifest.name, declaration };
    }),
  );
}

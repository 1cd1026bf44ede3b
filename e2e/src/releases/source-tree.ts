import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LARGE = { maxBuffer: 2 ** 26 };
const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

interface Locked {
  readonly version?: string;
  /** A workspace, `resolved` its folder. */
  readonly link?: boolean;
  readonly resolved?: string;
}

async function lockedIn(folder: string): Promise<[path: string, locked: Locked][]> {
  const lock = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8'));
  return Object.entries(lock.packages as Record<string, Locked>);
}

/** The packages of others and their versions, to compare them. */
const othersOf = (locked: readonly [string, Locked][]): string =>
  JSON.stringify(
    locked
      .filter(([path, { link }]) => !link && /(^|\/)node_modules\//.test(path))
      .map(([path, { version }]) => [path, version]),
  );

/**
 * Makes the packages of a tree of the repository resolve: its own workspaces within the tree, those of others as they are
 * installed in the repository. If it needs other versions of these, they are installed.
 */
async function installPackages(repository: string, tree: string): Promise<void> {
  const locked = await lockedIn(tree);
  if (othersOf(locked) !== othersOf(await lockedIn(repository))) {
    await run('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: tree, ...LARGE });
    return;
  }
  const own = locked.filter(([, { link }]) => link);
  const isOwn = new Set(own.map(([path]) => path));
  const scoped = (await readdir(join(repository, 'node_modules'))).flatMap(async (name) =>
    name.startsWith('@')
      ? (await readdir(join(repository, 'node_modules', name))).map((part) => `node_modules/${name}/${part}`)
      : [`node_modules/${name}`],
  );
  const others = (await Promise.all(scoped)).flat().filter((path) => !isOwn.has(path));
  const links = [
    ...own.map(([path, { resolved = '' }]) => [path, join(tree, resolved)] as const),
    ...others.map((path) => [path, join(repository, path)] as const),
  ];
  for (const folder of new Set(links.map(([path]) => dirname(path))))
    await mkdir(join(tree, folder), { recursive: true });
  await Promise.all(links.map(([path, target]) => symlink(target, join(tree, path))));
}

/** Writes the sources of a commit to the folder, which must not exist, ready to run. */
export async function treeOfCommit(repository: string, commit: string, folder: string): Promise<void> {
  await mkdir(folder);
  const archive = `${folder}.tar`;
  await run('git', ['-C', repository, 'archive', `--output=${archive}`, commit]);
  await run('tar', ['-xf', archive, '-C', folder]);
  await installPackages(repository, folder);
}

/** The same of the sources as they stand in the repository's folder, changes that are not committed included. */
export async function treeOfWork(repository: string, folder: string): Promise<void> {
  const list = ['-C', repository, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await run('git', list, LARGE);
  for (const file of stdout.split('\0').filter(Boolean))
    await cp(join(repository, file), join(folder, file)).catch((error) => {
      // Deleted, and that is not committed.
      if (!isMissing(error)) throw error;
    });
  await installPackages(repository, folder);
}

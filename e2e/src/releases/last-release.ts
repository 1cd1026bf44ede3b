import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** The heading of a release in CHANGELOG.md, newest first: that of one that is not out yet has no date. */
const RELEASED = /^## \[?(\d+\.\d+\.\d+)\]? - \d{4}-\d{2}-\d{2}$/m;

export interface LastRelease {
  /** Its version; `HEAD` if nothing was released. */
  readonly name: string;
  /** The full hash of its commit. */
  readonly commit: string;
}

/**
 * The last release before HEAD, or HEAD itself if that is one, as the newest dated heading of CHANGELOG.md there names it:
 * the commit of its tag, or in a clone without tags the one that wrote the heading. HEAD if there is no such heading.
 *
 * @throws Error if the folder is no repository, or its history does not reach back to the release.
 */
export async function lastRelease(repository: string): Promise<LastRelease> {
  const git = async (...args: string[]) =>
    (await run('git', ['-C', repository, ...args], { maxBuffer: 2 ** 26 })).stdout.trim();
  const commitOf = (name: string) => git('rev-parse', '--verify', '--quiet', `${name}^{commit}`);
  const [heading, version] = RELEASED.exec(await git('show', 'HEAD:CHANGELOG.md')) ?? [];
  if (!heading || !version) return { name: 'HEAD', commit: await commitOf('HEAD') };
  const tagged = await commitOf(`refs/tags/${version}`).catch(() => '');
  // Oldest last: the commit in which the heading was not there before.
  const commit =
    tagged || (await git('log', '--format=%H', `-S${heading}`, '--', 'CHANGELOG.md')).split('\n').at(-1);
  if (!commit)
    throw new Error(
      `The history here does not reach back to ${version}: fetch its tag, or the whole history`,
    );
  return { name: version, commit };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../wait-for.ts';
import type { PodSpec } from './manifests.ts';

const SCRIPT = fileURLToPath(new URL('./sandbox.sh', import.meta.url));
/** The repository, which is `/app` of every image. */
const TREE = fileURLToPath(new URL('../../../../', import.meta.url));
/** Where Node and other programs are in a container. */
const PATH = '/app/node_modules/.bin:/usr/local/bin:/usr/bin:/bin';

export interface SandboxOptions {
  readonly pod: PodSpec;
  /** An empty folder, over which the root file system is mounted; nobody outside sees it. */
  readonly root: string;
  readonly command: readonly string[];
  readonly workingFolder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Root may make namespaces; others may by a user namespace, with the ids that /etc/subuid gives them (newuidmap). */
const namespaces = (): string[] => [
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user', '--map-auto']),
  ...['--mount', '--pid', '--fork', '--kill-child'],
];

/**
 * Runs a command as a container's: PID 1 of its own namespace, with the root file system, user, group, capabilities and
 * volumes that the manifest says. The network is this machine's, and there is no seccomp profile, which the container
 * runtime has. The process that this gives is the parent of the container's.
 */
export function spawnSandbox({ pod, root, command, workingFolder, env }: SandboxOptions): ChildProcess {
  const { securityContext, containers, volumes } = pod;
  const [{ securityContext: own, volumeMounts }] = containers;
  const mounts = volumeMounts.flatMap(({ name, mountPath }) => {
    const volume = volumes.find((one) => one.name === name);
    if (!volume) throw new Error(`There is no volume ${name}`);
    // Such as 256Mi; tmpfs writes it as 256M.
    return [mountPath, volume.emptyDir.sizeLimit.replace(/i$/, ''), String(securityContext.fsGroup)];
  });
  const said = [
    ...[root, TREE, String(securityContext.runAsUser), String(securityContext.runAsGroup)],
    String(own.readOnlyRootFilesystem),
    own.capabilities.drop.includes('ALL') ? '-all' : '+all',
    own.allowPrivilegeEscalation ? '' : 'yes',
    workingFolder,
  ];
  // It ends with this process, however that ends.
  const args = ['--pdeathsig', 'KILL', 'unshare', ...namespaces(), 'sh', SCRIPT, ...said, ...mounts, '--'];
  return spawn('setpriv', [...args, ...command], {
    env: { PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The process id, here, of the container's PID 1, once it runs. */
export async function pidInSandbox({ pid = 0 }: ChildProcess): Promise<number> {
  const children = await waitFor(
    'the container to run',
    () => readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'),
    (text) => text.trim() !== '',
  );
  return Number(children.trim().split(' ')[0]);
}

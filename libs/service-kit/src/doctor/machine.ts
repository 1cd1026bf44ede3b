import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { open, readFile, rm, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Check, fault, ok, warning } from './finding.ts';

const RUNS_ON = 24;
const MIB = 1024 * 1024;
const LEAST_MEMORY = 512 * MIB;
const LEAST_FILES = 4_096;
const LEAST_ROOM = 1024 * MIB;

const mib = (bytes: number) => `${Math.round(bytes / MIB)} MiB`;

/** Writes a file and removes it: rights alone do not tell of a file system that is read-only or full. */
export async function tryToWrite(folder: string): Promise<void> {
  const path = join(folder, `doctor-${randomUUID()}`);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.write('0');
    await file.sync();
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}

/** Room on the disk of a folder; `reserved`: so much is kept free, bytes. */
export async function roomIn(folder: string, reserved: number) {
  const { bavail, blocks, bsize } = await statfs(folder);
  const [free, size] = [bavail * bsize, blocks * bsize];
  const says = `${mib(free)} of ${mib(size)} are free`;
  const todo = 'make room, or move it to a larger disk; docs/operations/operating.md says what takes room';
  if (free <= reserved) return fault(`${says}, and uploads are refused below ${mib(reserved)}`, todo);
  return free < reserved + LEAST_ROOM ? warning(says, todo) : ok(says);
}

/** The soft limit of open files, null where the system does not tell. */
async function openFiles(): Promise<number | null> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  return soft === undefined ? null : Number(soft);
}

/** Node, memory and open files of this machine, or of the container that this is. */
export const machineCheck: Check = {
  subject: 'This machine',
  todo: 'tell the maintainers',
  async look() {
    const [major] = process.versions.node.split('.');
    const memory = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem());
    const files = await openFiles();
    return [
      Number(major) === RUNS_ON
        ? ok(`Node ${process.versions.node}`)
        : warning(
            `Node ${process.versions.node} is not what Inkstream is tested on`,
            `install Node ${RUNS_ON}`,
          ),
      memory >= LEAST_MEMORY
        ? ok(`${mib(memory)} of memory`)
        : warning(
            `${mib(memory)} of memory is little`,
            'give it 512 MiB, and a provider that computes 2 GiB',
          ),
      ...(files === null
        ? []
        : [
            files >= LEAST_FILES
              ? ok(`${files} files may be open`)
              : warning(
                  `only ${files} files may be open, so it takes few connections`,
                  'raise the limit: ulimit -n 65536, LimitNOFILE= of systemd',
                ),
          ]),
    ];
  },
};

/** Documents are decoded, and large uploads taken, by way of it. */
export const temporaryFolderCheck = (folder = tmpdir()): Check => ({
  subject: `Temporary folder ${folder}`,
  todo: 'mount a writable /tmp, or name another folder by TMPDIR',
  async look() {
    await tryToWrite(folder);
    return [ok('can be written to')];
  },
});

/** Whether a service could listen there, or one of ours does already. */
export const portCheck = (host: string, port: number): Check => ({
  subject: `Port ${port} of ${host} (PORT, HOST)`,
  todo: 'name an address of this machine by HOST',
  async look(signal) {
    if (port === 0) return [ok('any free one is taken')];
    const server = createServer();
    try {
      await once(server.listen(port, host), 'listening');
      return [ok('is free')];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES') return [fault('this user may not listen there', 'name a PORT from 1024 on')];
      if (code !== 'EADDRINUSE') throw error;
      if (await isInkstream(host, port, signal)) return [ok('Inkstream listens there already')];
      return [fault('another program listens there', 'end it, or name another PORT')];
    } finally {
      server.close();
    }
  },
});

async function isInkstream(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  const name = host.includes(':') ? `[${host}]` : host;
  try {
    const response = await fetch(`http://${name}:${port}/health/ready`, { signal });
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && 'dependencies' in body;
  } catch {
    return false;
  }
}

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { open, readFile, rm, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Check, type Finding, fault, ok, warning } from './finding.ts';

const RUNS_ON = 24;
const MIB = 1024 * 1024;
const LEAST_MEMORY = 512 * MIB;
const LEAST_FILES = 4_096;
const LEAST_ROOM = 1024 * MIB;

/** What is ours says within so long what it is. */
const ANSWERS_WITHIN_MS = 5_000;

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

/**
 * Whether a service could listen there, or something does already; `taken` says what it is, null if it is none of ours.
 * Variables are named by `prefix`, such as `OTEL_EXPORTER_PROMETHEUS_`.
 */
const listenCheck = (
  { host, port, prefix }: { readonly host: string; readonly port: number; readonly prefix: string },
  taken: (url: string, signal: AbortSignal) => Promise<Omit<Finding, 'subject'> | null>,
): Check => ({
  subject: `Port ${port} of ${host} (${prefix}PORT, ${prefix}HOST)`,
  todo: `name an address of this machine by ${prefix}HOST`,
  async look(signal) {
    if (port === 0) return [ok('any free one is taken')];
    const server = createServer();
    try {
      await once(server.listen(port, host), 'listening');
      return [ok('is free')];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES')
        return [fault('this user may not listen there', `name a ${prefix}PORT from 1024 on`)];
      if (code !== 'EADDRINUSE') throw error;
      const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
      const ours = await taken(url, AbortSignal.any([signal, AbortSignal.timeout(ANSWERS_WITHIN_MS)])).catch(
        () => null,
      );
      return [ours ?? fault('another program listens there', `end it, or name another ${prefix}PORT`)];
    } finally {
      server.close();
    }
  },
});

/** The port of a service itself. One of ours that listens there says what it lacks. */
export const portCheck = (host: string, port: number): Check =>
  listenCheck({ host, port, prefix: '' }, async (url, signal) => {
    const response = await fetch(`${url}/health/ready`, { signal });
    const body: unknown = await response.json();
    if (typeof body !== 'object' || !body || !('dependencies' in body)) return null;
    if (response.ok) return ok('Inkstream listens there already');
    const lacks = Object.entries(Object(body.dependencies)).filter(([, state]) => state !== 'ok');
    const said = lacks.map(([name, state]) => `${name} is ${state}`).join(', ');
    return fault(
      `Inkstream listens there already, and is not ready: ${said}`,
      'look at its log; if what it lacks is there now, start it again',
    );
  });

/** The port that Prometheus scrapes. Each process on a machine needs its own. */
export const metricsPortCheck = (host: string, port: number): Check =>
  listenCheck({ host, port, prefix: 'OTEL_EXPORTER_PROMETHEUS_' }, async (url, signal) => {
    const text = await (await fetch(`${url}/metrics`, { signal })).text();
    return /^target_info\{/m.test(text)
      ? ok('Inkstream serves metrics there already; another process beside it needs a port of its own')
      : null;
  });

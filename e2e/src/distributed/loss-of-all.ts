import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { BackendKind } from '@inkstream/native-stack';
import type { UsedCluster } from '../support/distributed/use-cluster.ts';

const LAUNCHER = fileURLToPath(new URL('../../../services/all-in-one/bin/inkstream.cjs', import.meta.url));
const BACKENDS: readonly BackendKind[] = ['eventstoredb', 'kafka', 'mongodb', 'minio'];
/** The file of the wire double of EventStoreDB. */
const LOG = 'events.db';

/** A backup of the event store and of the objects, made in this order while all runs. */
export async function backUpAll(used: UsedCluster) {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-backup-'));
  const inkstream = (...args: string[]): Promise<readonly string[]> => {
    const env = { ...process.env, ...used.env, INKSTREAM_MODE: 'distributed' };
    return new Promise((resolve, reject) =>
      // What `verify` finds makes it end with 1.
      execFile(process.execPath, [LAUNCHER, ...args], { env }, (failure, stdout, error) =>
        error === '' ? resolve(stdout.split('\n').slice(0, -1)) : reject(failure ?? new Error(error)),
      ),
    );
  };
  const eventStore = used.backend('eventstoredb');
  const source = new DatabaseSync(join(eventStore.folder, LOG), { readOnly: true });
  source.prepare('VACUUM INTO ?').run(join(folder, LOG));
  source.close();
  const [made = ''] = await inkstream('backup', '--to', join(folder, 'objects'));
  const [snapshot = ''] = made.split(': ');
  return {
    /** Ends everything at once, deletes the data of every backend, restores the backup and starts everything again. */
    async restoreAfterLoss(): Promise<void> {
      await Promise.all(used.cluster.services.map((service) => service.end('SIGKILL')));
      await Promise.all(BACKENDS.map((kind) => used.backend(kind).wipe()));
      await cp(join(folder, LOG), join(eventStore.folder, LOG));
      await Promise.all(BACKENDS.map((kind) => used.backend(kind).restart()));
      await inkstream('restore', '--from', snapshot);
      await Promise.all(used.cluster.services.map((service) => service.start()));
    },
    /** The ids of jobs of which `inkstream verify` misses bytes. */
    missing: async () => (await inkstream('verify')).slice(0, -1).map((line) => Number(line.split('\t')[1])),
    remove: () => rm(folder, { recursive: true }),
  };
}

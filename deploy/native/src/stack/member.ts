import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackendKind, Report } from '../backend-kind.ts';
import { prepare } from '../native-backend.ts';
import { freePort, isFree } from '../process/free-port.ts';
import { spawnBackend } from '../process/spawn-backend.ts';
import { identity } from './identity.ts';

/** A backend of the stack, which outlives the process that started it. */
export interface Member {
  readonly kind: BackendKind;
  readonly pid: number;
  /** Of that process, see `identity`. */
  readonly started: string;
  readonly env: Readonly<Record<string, string>>;
}

const usualPorts: { readonly [Kind in BackendKind]: number } = {
  kafka: 9092,
  minio: 9000,
  versitygw: 7070,
  mongodb: 27017,
  eventstoredb: 2113,
};

/** Starts a backend at its usual port, or another one if that is taken, and waits until it serves. */
export async function startMember(kind: BackendKind, dataFolder: string, log: Report): Promise<Member> {
  const port = (await isFree(usualPorts[kind])) ? usualPorts[kind] : await freePort();
  const launch = await prepare(kind, { folder: join(dataFolder, kind), port, log });
  const child = await spawnBackend(launch, launch.folder, true);
  child.unref();
  const { pid = 0 } = child;
  return { kind, pid, started: (await identity(pid)) ?? '', env: launch.env };
}

/** Whether its process still runs, and not another one that has its id by now. */
export const runs = async ({ pid, started }: Member): Promise<boolean> => (await identity(pid)) === started;

/** Ends it: SIGTERM, and SIGKILL after 20 s. */
export async function stopMember(member: Member): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!(await runs(member))) return;
    process.kill(member.pid, signal);
    for (let waited = 0; waited < 20_000 && (await runs(member)); waited += 50) await sleep(50);
  }
}

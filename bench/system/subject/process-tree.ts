import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { processMemory } from './service.ts';

const EVERY_MS = 100;

/** A process and all that its threads have started (proc(5), `/proc/<pid>/task/<tid>/children`); of one that is gone, itself. */
async function treeOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
  );
  const children = lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
  return [pid, ...(await Promise.all(children.map(treeOf))).flat()];
}

/** Memory that a process and all that it has started have now (resident; what they share counts in each; none of one that is gone), bytes. */
async function memoryOfTree(pid: number): Promise<number> {
  const each = await Promise.all(
    (await treeOf(pid)).map((one) =>
      processMemory(one).then(
        (memory) => memory || 0,
        () => 0,
      ),
    ),
  );
  return each.reduce((sum, one) => sum + one, 0);
}

/** The most memory that each of these processes has with all that it started, until it is aborted, bytes. */
export async function peaksOf(pids: readonly number[], signal: AbortSignal): Promise<number[]> {
  const peaks = pids.map(() => 0);
  while (!signal.aborted) {
    const now = await Promise.all(pids.map(memoryOfTree));
    for (const [index, memory] of now.entries()) peaks[index] = Math.max(peaks[index] ?? 0, memory);
    await sleep(EVERY_MS, undefined, { signal }).catch(() => {});
  }
  return peaks;
}

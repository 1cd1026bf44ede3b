import { type ExecutionView, isFinal, type JobView, jobObjects, UnknownEventError } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { inParallel, readWholeJob, type WholeJob } from '@inkstream/job-store';
import type { ObjectStore } from '@inkstream/object-store';
import type { ReadModel } from '@inkstream/read-model';

export interface LostDeps {
  readonly eventStore: EventStore;
  readonly readModel: Pick<ReadModel, 'allJobs' | 'executionsOf'>;
  readonly objects: Pick<ObjectStore, 'list'>;
}

/** Jobs that are compared before their lines are written: a job's documents and events are a few KB for each file. */
const BATCH = 100;

/** One line, whose fields stand between tabs whatever is in them. */
const lineOf = (fields: readonly (string | number)[]): string =>
  fields.map((field) => String(field).replaceAll(/[\s\p{Cc}]+/gu, ' ')).join('\t');

/** The keys of a job's objects that are there. */
const keysOf = async ({ objects }: LostDeps, { uid }: JobView): Promise<ReadonlySet<string>> =>
  new Set((await Array.fromAsync(objects.list(jobObjects(uid)))).map(({ key }) => key));

const named = ({ id, uid, tenant }: JobView, executionId: number | '-') => [id, executionId, uid, tenant];

async function lostJob(deps: LostDeps, job: JobView): Promise<string> {
  const keys = await keysOf(deps, job);
  const there = job.files.filter(({ storageKey }) => keys.has(storageKey)).length;
  const names = job.files.map(({ originalName }) => originalName).join(', ');
  const bytes = `${there} of ${job.files.length} files are there`;
  return lineOf(['job', ...named(job, '-'), job.createdAt, names, bytes]);
}

/** Of executions: those that the log does not have, and those whose end it does not have. */
async function lostExecutions(deps: LostDeps, job: JobView, inLog: WholeJob): Promise<string[]> {
  const known = new Map(inLog.executions.map((view) => [view.id, view]));
  const stored = await deps.readModel.executionsOf(job.id);
  const lost = stored.flatMap(({ view }): ['execution' | 'outcome', ExecutionView][] => {
    if (view.uid !== job.uid || view.removed) return [];
    const there = known.get(view.id);
    if (!there || there.fileId !== view.fileId || there.ocrProvider !== view.ocrProvider)
      return [['execution', view]];
    return isFinal(view.status) && !isFinal(there.status) ? [['outcome', view]] : [];
  });
  if (lost.length === 0) return [];
  const keys = await keysOf(deps, job);
  const names = new Map([...inLog.job.files, ...job.files].map((file) => [file.id, file.originalName]));
  return lost.map(([kind, { id, fileId, ocrProvider, status, createdAt, result }]) => {
    const about = `${names.get(fileId) ?? `file ${fileId}`} by ${ocrProvider}`;
    const bytes = result && keys.has(result.resultKey) ? 'its result is there' : 'no result is there';
    return lineOf([kind, ...named(job, id), createdAt, about, `${status}, ${bytes}`]);
  });
}

/** What the log lacks of a job that it has: deletions, which are undone, and executions. */
async function lostOfJob(deps: LostDeps, job: JobView, inLog: WholeJob): Promise<string[]> {
  if (inLog.job.deleted) return [];
  const kept = new Set(job.files.map(({ id }) => id));
  const undone = inLog.job.files.filter(({ id }) => !kept.has(id)).map(({ originalName }) => originalName);
  const what = job.deleted ? 'the whole job is back' : 'files are back';
  const deletion = lineOf(['deletion', ...named(job, '-'), job.changedAt, undone.join(', '), what]);
  return [
    ...(undone.length > 0 ? [deletion] : []),
    ...(job.deleted ? [] : await lostExecutions(deps, job, inLog)),
  ];
}

async function lostBy(deps: LostDeps, job: JobView): Promise<string[]> {
  try {
    const inLog = await readWholeJob(deps.eventStore, job.id);
    if (inLog?.job.uid === job.uid) return await lostOfJob(deps, job, inLog);
    // Of a deleted job nothing was left anyway.
    return job.deleted ? [] : [await lostJob(deps, job)];
  } catch (error) {
    if (!(error instanceof UnknownEventError)) throw error;
    return [lineOf(['unreadable', ...named(job, '-'), job.createdAt, job.name, error.message])];
  }
}

/**
 * Writes a line for all that the read model knows and the event store does not, since an older backup of it was
 * restored: what is lost, the ids of job and execution, the job's uid, its tenant, when it was requested or deleted, the
 * names of files, and what is left of the bytes, between tabs. Jobs come in the order of their ids, in flat memory.
 *
 * What the documents say was in the log before them. So once an append is acknowledged that was sent after they were
 * read, the node that took it has it, or it is lost: no stream is closed by a fence only to make a list.
 *
 * @returns how many lines it wrote.
 * @throws EventStoreUnavailableError if the log takes no append; what was written by then is right.
 */
export async function listLost(deps: LostDeps, write: (line: string) => void): Promise<number> {
  let count = 0;
  const compare = async (jobs: readonly JobView[]) => {
    await deps.eventStore.ping();
    const lines = new Map<number, readonly string[]>();
    await inParallel(jobs, async (job) => void lines.set(job.id, await lostBy(deps, job)));
    for (const line of jobs.flatMap(({ id }) => lines.get(id) ?? [])) {
      write(line);
      count++;
    }
  };
  let batch: JobView[] = [];
  for await (const job of deps.readModel.allJobs()) {
    batch.push(job);
    if (batch.length < BATCH) continue;
    await compare(batch);
    batch = [];
  }
  await compare(batch);
  return count;
}

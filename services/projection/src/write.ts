import { emptyTally, type JobRecord, type JobView, viewOf } from '@inkstream/domain';
import { DocumentRefusedError, type Documents, type Replacement, type Stored } from '@inkstream/read-model';
import type { AdvancedExecution } from './advance-executions.ts';
import type { ExecutionChange } from './execution-metrics.ts';

/** A job with the events of a batch in it. */
export interface Work {
  readonly jobId: number;
  readonly before: Stored<JobView> | null;
  /** Null if nothing is known of the job. */
  readonly record: JobRecord | null;
  readonly replacements: readonly AdvancedExecution[];
}

/** A job's document that was written, and the one before. */
export interface JobChange {
  readonly before: JobView | null;
  readonly after: JobView;
}

export interface Outcome {
  readonly written: readonly JobChange[];
  /** What is new in the executions that were written. */
  readonly executionChanges: readonly ExecutionChange[];
  /** Jobs that somebody else has written meanwhile. */
  readonly lost: ReadonlySet<number>;
  /** Which jobs have a document that the store refuses. */
  readonly refused: DocumentRefusedError | null;
}

const TALLY_FIELDS = Object.keys(emptyTally) as (keyof typeof emptyTally)[];

/** Whether there is nothing to write: a document is a function of these. */
const isSame = (before: JobView | undefined, after: JobView): boolean =>
  before?.revision === after.revision &&
  before.uid === after.uid &&
  before.updatedAt === after.updatedAt &&
  TALLY_FIELDS.every((field) => before.tally[field] === after.tally[field]);

/** Writes jobs; which of them were written, if others were refused, is seen from what is there now. */
async function replaceJobs(documents: Documents, replacements: readonly Replacement<JobView>[]) {
  try {
    return { written: await documents.replaceJobs(replacements), refused: null };
  } catch (refused) {
    if (!(refused instanceof DocumentRefusedError)) throw refused;
    const now = await documents.getJobs(replacements.map(({ view }) => view.id));
    const written = replacements.map(({ view, over }) => {
      const stored = now.get(view.id);
      return stored !== undefined && stored.version !== over && isSame(stored.view, view);
    });
    return { written, refused };
  }
}

/**
 * Writes what came of a batch: executions first, then what they add up to, over the version of each job that was read
 * before. So whichever of two writers comes last has counted what both have written.
 */
export async function write(documents: Documents, works: readonly Work[]): Promise<Outcome> {
  const lost = new Set<number>();
  const executionChanges: ExecutionChange[] = [];
  const executions = works.flatMap(({ replacements }) => replacements);
  if (executions.length > 0) {
    const written = await documents.replaceExecutions(executions);
    for (const [index, { view, changes }] of executions.entries())
      if (written[index]) executionChanges.push(...changes);
      else lost.add(view.jobId);
  }

  const own = works.flatMap((work) =>
    work.record && !lost.has(work.jobId) ? [{ ...work, record: work.record }] : [],
  );
  const open = own.filter(({ record }) => !record.deleted).map(({ jobId }) => jobId);
  const summaries = await documents.summarise(open);
  const jobs = own.flatMap(({ jobId, before, record }) => {
    const view = viewOf(record, summaries.get(jobId) ?? { tally: emptyTally, changedAt: null });
    return isSame(before?.view, view)
      ? []
      : [{ view, over: before?.version ?? null, before: before?.view ?? null }];
  });
  const { written, refused } =
    jobs.length > 0 ? await replaceJobs(documents, jobs) : { written: [], refused: null };
  const changes = jobs.filter((_, index) => written[index]);
  for (const [index, { view }] of jobs.entries())
    if (!written[index] && !refused?.jobIds.includes(view.id)) lost.add(view.id);

  // Also of those deleted before: another writer may have added one after that.
  const deleted = own.filter(({ record }) => record.deleted).map(({ jobId }) => jobId);
  if (deleted.length > 0) await documents.dropExecutions(deleted);
  return {
    written: changes.map(({ before, view }) => ({ before, after: view })),
    executionChanges,
    lost,
    refused,
  };
}

import type { DatabaseSync } from 'node:sqlite';
import {
  EXECUTION_STATUSES,
  type ExecutionKey,
  type ExecutionSummary,
  type ExecutionView,
  emptyTally,
  type JobView,
} from '@inkstream/domain';
import { prepared } from '@inkstream/sqlite';
import { executionKeyOf, type Stored } from '../read-model.ts';

export const parse = <View>(row: { readonly document?: unknown }): View => JSON.parse(String(row.document));

const stored = <View>(row: Record<string, unknown>): Stored<View> => ({
  view: parse<View>(row),
  version: Number(row.version),
});

/** The jobs of generation `g` with these ids. */
export function getJobs(db: DatabaseSync, g: number, ids: readonly number[]): Map<number, Stored<JobView>> {
  const select = prepared(db, `SELECT version, document FROM jobs_${g} WHERE id = ?`);
  const found = new Map<number, Stored<JobView>>();
  for (const id of ids) {
    const row = select.get(id);
    if (row) found.set(id, stored(row));
  }
  return found;
}

/** Up to `limit` jobs with ids above `after`, in the order of their ids. */
export const jobsAfter = (db: DatabaseSync, g: number, after: number, limit: number): JobView[] =>
  prepared(db, `SELECT document FROM jobs_${g} WHERE id > ? ORDER BY id LIMIT ?`)
    .all(after, limit)
    .map(parse<JobView>);

/** The executions of generation `g` with these keys. */
export function getExecutions(
  db: DatabaseSync,
  g: number,
  keys: readonly ExecutionKey[],
): Map<string, Stored<ExecutionView>> {
  const select = prepared(db, `SELECT version, document FROM executions_${g} WHERE jobId = ? AND id = ?`);
  const found = new Map<string, Stored<ExecutionView>>();
  for (const key of keys) {
    const row = select.get(key.jobId, key.executionId);
    if (row) found.set(executionKeyOf(key), stored(row));
  }
  return found;
}

/** All executions of a job, by their ids. */
export const executionsOf = (db: DatabaseSync, g: number, jobId: number): Stored<ExecutionView>[] =>
  prepared(db, `SELECT version, document FROM executions_${g} WHERE jobId = ? ORDER BY id`)
    .all(jobId)
    .map(stored<ExecutionView>);

const columns = EXECUTION_STATUSES.map(
  (status) => `count(*) FILTER (WHERE status = '${status}') AS ${status}`,
);

/** What the executions of each job add up to. */
export function summarise(
  db: DatabaseSync,
  g: number,
  jobIds: readonly number[],
): Map<number, ExecutionSummary> {
  const select = prepared(
    db,
    `SELECT ${columns.join(', ')}, max(attempt) AS attempts, max(updatedAt) AS changedAt
     FROM executions_${g} WHERE jobId = ?`,
  );
  const summaries = jobIds.map((jobId): [number, ExecutionSummary] => {
    const row = select.get(jobId) ?? {};
    const tally = { ...emptyTally, started: Number(row.attempts) > 0 };
    for (const status of EXECUTION_STATUSES) tally[status] = Number(row[status]);
    return [jobId, { tally, changedAt: typeof row.changedAt === 'string' ? row.changedAt : null }];
  });
  return new Map(summaries);
}

/** Up to `limit` executions of all tenants that are not final and older, the oldest first, from `after` on. */
export const unfinishedExecutions = (
  db: DatabaseSync,
  g: number,
  requestedBefore: string,
  limit: number,
  after: Pick<ExecutionView, 'createdAt' | 'jobId' | 'id'> = { createdAt: '', jobId: 0, id: 0 },
): ExecutionView[] =>
  prepared(
    db,
    `SELECT document FROM executions_${g} INDEXED BY executions_${g}_unfinished
     WHERE status IN ('pending', 'running') AND createdAt < ? AND (createdAt, jobId, id) > (?, ?, ?)
     ORDER BY createdAt, jobId, id LIMIT ?`,
  )
    .all(requestedBefore, after.createdAt, after.jobId, after.id, limit)
    .map(parse<ExecutionView>);

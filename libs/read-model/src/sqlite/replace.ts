import type { DatabaseSync } from 'node:sqlite';
import type { ExecutionView, JobView } from '@inkstream/domain';
import { prepared, transaction } from '@inkstream/sqlite';
import type { Replacement } from '../read-model.ts';
import { searchText } from '../search-text.ts';
import { newVersion } from '../version.ts';

/** As much as MongoDB takes, so that what is tried on one store holds on the other. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** What became of replacements: for each whether it was written, and which jobs have a document that is too large. */
export interface Outcome {
  readonly written: boolean[];
  readonly refused: ReadonlySet<number>;
}

/** The document as JSON, null if it is too large. */
function json(view: unknown): string | null {
  const text = JSON.stringify(view);
  // A UTF-16 unit is three bytes at most.
  const fits = text.length * 3 <= MAX_DOCUMENT_BYTES || Buffer.byteLength(text) <= MAX_DOCUMENT_BYTES;
  return fits ? text : null;
}

/** Writes each document by `write`, if it is not too large. */
function replace<View>(
  replacements: readonly Replacement<View>[],
  jobOf: (view: View) => number,
  write: (replacement: Replacement<View>, document: string) => boolean,
): Outcome {
  const refused = new Set<number>();
  const written = replacements.map((replacement) => {
    const document = json(replacement.view);
    if (document !== null) return write(replacement, document);
    refused.add(jobOf(replacement.view));
    return false;
  });
  return { written, refused };
}

/** What is found of a job's row before it is written. */
interface Row {
  readonly version: number;
  readonly tenant: string;
  readonly deleted: number;
  readonly status: string;
  readonly fileCount: number;
  readonly search: string;
}

/** By how much the counts of jobs have changed, by tenant and status. */
class Counts {
  readonly #changes = new Map<string, { readonly tenant: string; readonly status: string; by: number }>();

  add(
    { tenant, status, deleted }: { tenant: string; status: string; deleted: number | boolean },
    by: 1 | -1,
  ) {
    if (deleted) return;
    const key = JSON.stringify([tenant, status]);
    const change = this.#changes.get(key) ?? { tenant, status, by: 0 };
    change.by += by;
    this.#changes.set(key, change);
  }

  save(db: DatabaseSync, g: number): void {
    const save = prepared(
      db,
      `INSERT INTO counts_${g} (tenant, status, jobs) VALUES (?, ?, ?)
       ON CONFLICT (tenant, status) DO UPDATE SET jobs = jobs + excluded.jobs`,
    );
    for (const { tenant, status, by } of this.#changes.values()) if (by !== 0) save.run(tenant, status, by);
  }
}

/** Writes each job over the version that is named, all in one transaction. `forgot`: whether names are gone with it. */
export const replaceJobs = (
  db: DatabaseSync,
  generation: () => number,
  replacements: readonly Replacement<JobView>[],
): Outcome & { readonly forgot: boolean } =>
  transaction(db, () => {
    const g = generation();
    const find = prepared(
      db,
      `SELECT version, tenant, deleted, status, fileCount, search FROM jobs_${g} WHERE id = ?`,
    );
    const insert = prepared(
      db,
      `INSERT INTO jobs_${g} (version, tenant, deleted, name, status, createdAt, updatedAt, fileCount, search,
       document, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const update = prepared(
      db,
      `UPDATE jobs_${g} SET version = ?, tenant = ?, deleted = ?, name = ?, status = ?, createdAt = ?,
       updatedAt = ?, fileCount = ?, search = ?, document = ? WHERE id = ?`,
    );
    const unmatch = prepared(
      db,
      `INSERT INTO matches_${g} (matches_${g}, rowid, search) VALUES ('delete', ?, ?)`,
    );
    const match = prepared(db, `INSERT INTO matches_${g} (rowid, search) VALUES (?, ?)`);
    const counts = new Counts();
    let forgot = false;
    const outcome = replace(
      replacements,
      ({ id }) => id,
      ({ view, over }, document) => {
        const { id, tenant, deleted, name, status, createdAt, updatedAt, files } = view;
        const before = find.get(id) as Row | undefined;
        if ((before?.version ?? null) !== over) return false;
        const search = searchText(view);
        if (before && before.search !== search) unmatch.run(id, before.search);
        (before ? update : insert).run(
          newVersion(),
          tenant,
          Number(deleted),
          name,
          status,
          createdAt,
          updatedAt,
          files.length,
          search,
          document,
          id,
        );
        if (before?.search !== search) match.run(id, search);
        if (before) counts.add(before, -1);
        counts.add(view, 1);
        forgot ||= files.length < (before?.fileCount ?? 0);
        return true;
      },
    );
    counts.save(db, g);
    return { ...outcome, forgot };
  });

/** Writes each execution over the version that is named, all in one transaction. */
export const replaceExecutions = (
  db: DatabaseSync,
  generation: () => number,
  replacements: readonly Replacement<ExecutionView>[],
): Outcome =>
  transaction(db, () => {
    const g = generation();
    const insert = prepared(
      db,
      `INSERT INTO executions_${g} (version, tenant, removed, status, provider, errorCode, attempt, createdAt,
       updatedAt, document, jobId, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    const update = prepared(
      db,
      `UPDATE executions_${g} SET version = ?, tenant = ?, removed = ?, status = ?, provider = ?, errorCode = ?,
       attempt = ?, createdAt = ?, updatedAt = ?, document = ? WHERE jobId = ? AND id = ? AND version = ?`,
    );
    return replace(
      replacements,
      ({ jobId }) => jobId,
      ({ view, over }, document) => {
        const { jobId, id, tenant, removed, status, ocrProvider, error, attempt, createdAt, updatedAt } =
          view;
        const values = [
          newVersion(),
          tenant,
          Number(removed),
          status,
          ocrProvider,
          error?.code ?? null,
          attempt,
          createdAt,
          updatedAt,
          document,
          jobId,
          id,
        ];
        const { changes } = over === null ? insert.run(...values) : update.run(...values, over);
        return changes > 0;
      },
    );
  });

/** Removes the executions of these jobs, but those of the uid `keep`. Returns how many they were. */
export const dropExecutions = (
  db: DatabaseSync,
  generation: () => number,
  jobIds: readonly number[],
  keep: string | null,
): number =>
  transaction(db, () => {
    const remove = prepared(
      db,
      `DELETE FROM executions_${generation()} WHERE jobId = ?1 AND (?2 IS NULL OR json_extract(document, '$.uid') <> ?2)`,
    );
    return jobIds.reduce((dropped, jobId) => dropped + Number(remove.run(jobId, keep).changes), 0);
  });

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { JobSummary, ListQuery } from '../read-model.ts';
import { searchKey } from '../search-text.ts';

/** Up to so many matches are collected and sorted; more are met soon enough on a walk along the sort's index. */
const FEW = 2_000;
/** The trigram index knows nothing of shorter texts. */
const TRIGRAM = 3;
const COLUMNS = 'id, revision, name, status, createdAt, updatedAt, fileCount';

export interface Sql {
  readonly text: string;
  readonly values: SQLInputValue[];
}

const order = ({ field, direction }: ListQuery['sort']): string =>
  field === 'id' ? `id ${direction}` : `${field} ${direction}, id ${direction}`;

function indexFor(g: number, { sort, status }: ListQuery): string {
  if (status === undefined) return `jobs_${g}_${sort.field}`;
  return sort.field === 'id' || sort.field === 'status'
    ? `jobs_${g}_status`
    : `jobs_${g}_status_${sort.field}`;
}

/** A page in the order of an index: nothing is sorted. With a `key`, only the jobs whose search text holds it. */
export function pageByIndex(g: number, query: ListQuery, key: string | null): Sql {
  const { page, limit, status } = query;
  const conditions = ['deleted = 0'];
  const values: SQLInputValue[] = [];
  if (status !== undefined) values.push(status) && conditions.push('status = ?');
  if (key !== null) values.push(key) && conditions.push('instr(search, ?) > 0');
  // With a given status, all are equal in it: the sort is by id.
  const sort =
    status !== undefined && query.sort.field === 'status'
      ? { ...query.sort, field: 'id' as const }
      : query.sort;
  return {
    text: `SELECT ${COLUMNS} FROM jobs_${g} INDEXED BY ${indexFor(g, query)}
      WHERE ${conditions.join(' AND ')} ORDER BY ${order(sort)} LIMIT ? OFFSET ?`,
    values: [...values, limit, (page - 1) * limit],
  };
}

/** The jobs that match, by the trigram index where it knows the key, else by reading all. */
function matching(g: number, key: string, status: string | undefined, trigram: boolean): Sql {
  const source = trigram
    ? `matches_${g} CROSS JOIN jobs_${g} ON id = matches_${g}.rowid`
    : `jobs_${g} NOT INDEXED`;
  const found = trigram ? `matches_${g} MATCH ?` : `instr(jobs_${g}.search, ?) > 0`;
  return {
    text: `FROM ${source} WHERE ${found} AND deleted = 0${status === undefined ? '' : ' AND status = ?'}`,
    values: [trigram ? `"${key.replaceAll('"', '""')}"` : key, ...(status === undefined ? [] : [status])],
  };
}

/** Whether the trigram index finds the key in a few jobs only. */
function isRare(db: DatabaseSync, g: number, key: string): boolean {
  if ([...key].length < TRIGRAM) return false;
  const text = `SELECT count(*) AS n FROM (SELECT 1 FROM matches_${g} WHERE matches_${g} MATCH ? LIMIT ${FEW + 1})`;
  return Number(db.prepare(text).get(`"${key.replaceAll('"', '""')}"`)?.n) <= FEW;
}

const rows = (db: DatabaseSync, { text, values }: Sql): JobSummary[] =>
  db
    .prepare(text)
    .all(...values)
    .map((row) => ({ ...row }) as unknown as JobSummary);

/** A page of the jobs of generation `g`, and how many there are in all. */
export function listJobs(
  db: DatabaseSync,
  g: number,
  query: ListQuery,
): { data: JobSummary[]; total: number } {
  const { page, limit, status, search } = query;
  if (!search) {
    const where = status === undefined ? '' : 'WHERE status = ?';
    const count = db.prepare(`SELECT total(jobs) AS n FROM counts_${g} ${where}`);
    const counted = status === undefined ? count.get() : count.get(status);
    return { data: rows(db, pageByIndex(g, query, null)), total: Number(counted?.n) };
  }
  const key = searchKey(search);
  const from = matching(g, key, status, isRare(db, g, key));
  const total = Number(db.prepare(`SELECT count(*) AS n ${from.text}`).get(...from.values)?.n);
  if (total > FEW) return { data: rows(db, pageByIndex(g, query, key)), total };
  const columns = COLUMNS.replaceAll(/\w+/g, `jobs_${g}.$&`);
  const sorted = `SELECT ${columns} ${from.text} ORDER BY ${order(query.sort)} LIMIT ? OFFSET ?`;
  return { data: rows(db, { text: sorted, values: [...from.values, limit, (page - 1) * limit] }), total };
}

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { JobSummary, ListQuery, ReadModel } from '../read-model.ts';
import { searchKey } from '../search-text.ts';

/** Up to so many matches are collected and sorted. */
const FEW = 2_000;
/** The trigram index knows nothing of shorter texts. */
const TRIGRAM = 3;
const COLUMNS = 'id, revision, name, status, createdAt, updatedAt, fileCount';

export interface Sql {
  readonly text: string;
  readonly values: SQLInputValue[];
}

type JobPage = Awaited<ReturnType<ReadModel['list']>>;

const order = ({ field, direction }: ListQuery['sort']): string =>
  field === 'id' ? `id ${direction}` : `${field} ${direction}, id ${direction}`;

function indexFor(g: number, { sort, status }: ListQuery): string {
  if (status === undefined) return `jobs_${g}_${sort.field}`;
  return sort.field === 'id' || sort.field === 'status'
    ? `jobs_${g}_status`
    : `jobs_${g}_status_${sort.field}`;
}

/** Which of the jobs in order: after `offset` of them, so many. */
interface Window {
  readonly limit: number;
  readonly offset: number;
}

const windowOf = ({ page, limit }: ListQuery): Window => ({ limit, offset: (page - 1) * limit });

/** A page in the order of an index: nothing is sorted. With a `key`, only the jobs whose search text holds it. */
export function pageByIndex(
  g: number,
  query: ListQuery,
  key: string | null,
  { limit, offset } = windowOf(query),
): Sql {
  const { status } = query;
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
    values: [...values, limit, offset],
  };
}

const count = (db: DatabaseSync, { text, values }: Sql): number => Number(db.prepare(text).get(...values)?.n);

const rows = (db: DatabaseSync, { text, values }: Sql): JobSummary[] =>
  db
    .prepare(text)
    .all(...values)
    .map((row) => ({ ...row }) as unknown as JobSummary);

/** The ids, null where there are more than a few. */
function few(db: DatabaseSync, { text, values }: Sql): number[] | null {
  const ids = db.prepare(`${text} LIMIT ${FEW + 1}`).all(...values);
  return ids.length > FEW ? null : ids.map(({ id }) => Number(id));
}

/** The ids of jobs whose search text holds the key, by the trigram index. */
const byTrigrams = (g: number, key: string): Sql => ({
  text: `SELECT rowid AS id FROM matches_${g} WHERE matches_${g} MATCH ?`,
  values: [`"${key.replaceAll('"', '""')}"`],
});

/** The same by reading the texts from an index, of all jobs or of those with the status. */
export const byReading = (g: number, key: string, status: string | undefined): Sql => ({
  text: `SELECT id FROM jobs_${g} INDEXED BY jobs_${g}_status
    WHERE deleted = 0 AND instr(search, ?) > 0${status === undefined ? '' : ' AND status = ?'}`,
  values: status === undefined ? [key] : [key, status],
});

/** A page of the jobs with these ids, which are few enough to be sorted. */
function pageOfFew(db: DatabaseSync, g: number, query: ListQuery, ids: readonly number[]): JobPage {
  const { page, limit, status, sort } = query;
  const from = `FROM jobs_${g} NOT INDEXED WHERE id IN (SELECT value FROM json_each(?))${status === undefined ? '' : ' AND status = ?'}`;
  const values = [JSON.stringify(ids), ...(status === undefined ? [] : [status])];
  return {
    data: rows(db, {
      text: `SELECT ${COLUMNS} ${from} ORDER BY ${order(sort)} LIMIT ? OFFSET ?`,
      values: [...values, limit, (page - 1) * limit],
    }),
    total: count(db, { text: `SELECT count(*) AS n ${from}`, values }),
  };
}

/**
 * A page of the jobs that a search finds. A few are collected and sorted; many are met soon on a walk in order, and
 * counted by reading, which takes less than intersecting long lists of trigrams.
 */
function searchJobs(db: DatabaseSync, g: number, query: ListQuery, key: string): JobPage {
  const { status } = query;
  const indexed = [...key].length >= TRIGRAM;
  const all = byReading(g, key, status);
  const rare = indexed ? few(db, byTrigrams(g, key)) : null;
  // Where no status narrows them down, reading finds no fewer than the trigrams did.
  const found = rare ?? (indexed && status === undefined ? null : few(db, all));
  if (found) return pageOfFew(db, g, query, found);
  const total = count(db, { text: `SELECT count(*) AS n FROM (${all.text})`, values: all.values });
  return { data: (query.page - 1) * query.limit < total ? rows(db, pageByIndex(g, query, key)) : [], total };
}

/** A page of `total` jobs, walked to from the nearer end of the index: what is skipped is walked over. */
function pageFromNearerEnd(db: DatabaseSync, g: number, query: ListQuery, total: number): JobSummary[] {
  const { limit, offset } = windowOf(query);
  const behind = total - offset - limit;
  if (offset <= behind) return rows(db, pageByIndex(g, query, null));
  const direction = query.sort.direction === 'asc' ? 'desc' : 'asc';
  const backwards = { ...query, sort: { ...query.sort, direction } } as const;
  const window = { limit: Math.min(limit, total - offset), offset: Math.max(0, behind) };
  return rows(db, pageByIndex(g, backwards, null, window)).reverse();
}

/** A page of the jobs of generation `g`, and how many there are in all. */
export function listJobs(db: DatabaseSync, g: number, query: ListQuery): JobPage {
  const { page, limit, status, search } = query;
  if (search) return searchJobs(db, g, query, searchKey(search));
  const where = status === undefined ? '' : 'WHERE status = ?';
  const text = `SELECT total(jobs) AS n FROM counts_${g} ${where}`;
  const total = count(db, { text, values: status === undefined ? [] : [status] });
  return { data: (page - 1) * limit < total ? pageFromNearerEnd(db, g, query, total) : [], total };
}

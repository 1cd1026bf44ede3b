import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { JobSummary, ListQuery, ReadModel } from '../read-model.ts';
import { searchKey } from '../search-text.ts';

/** Up to so many matches are collected and sorted. */
const FEW = 200;
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

const phrase = (key: string): string => `"${key.replaceAll('"', '""')}"`;

/** Whether the trigram index finds the key in a few jobs only. */
function isRare(db: DatabaseSync, g: number, key: string): boolean {
  if ([...key].length < TRIGRAM) return false;
  const text = `SELECT count(*) AS n FROM (SELECT 1 FROM matches_${g} WHERE matches_${g} MATCH ? LIMIT ${FEW + 1})`;
  return count(db, { text, values: [phrase(key)] }) <= FEW;
}

/**
 * The ids of the jobs that match: by the trigram index where it finds few; else by reading the search texts of all
 * jobs, or of those with the status, from an index, which takes less than intersecting long lists of trigrams.
 */
function matching(db: DatabaseSync, g: number, key: string, status: string | undefined): Sql {
  const [and, values] = status === undefined ? ['', []] : [' AND status = ?', [status]];
  return isRare(db, g, key)
    ? {
        text: `SELECT id FROM matches_${g} CROSS JOIN jobs_${g} ON id = matches_${g}.rowid WHERE matches_${g} MATCH ?${and}`,
        values: [phrase(key), ...values],
      }
    : {
        text: `SELECT id FROM jobs_${g} INDEXED BY jobs_${g}_status WHERE deleted = 0 AND instr(search, ?) > 0${and}`,
        values: [key, ...values],
      };
}

const rows = (db: DatabaseSync, { text, values }: Sql): JobSummary[] =>
  db
    .prepare(text)
    .all(...values)
    .map((row) => ({ ...row }) as unknown as JobSummary);

const count = (db: DatabaseSync, { text, values }: Sql): number => Number(db.prepare(text).get(...values)?.n);

/** A page of the jobs that a search finds. A few are collected and sorted; many are met soon on a walk in order. */
function searchJobs(db: DatabaseSync, g: number, query: ListQuery, key: string): JobPage {
  const start = (query.page - 1) * query.limit;
  const { text, values } = matching(db, g, key, query.status);
  const few = rows(db, {
    text: `SELECT ${COLUMNS} FROM (${text} LIMIT ${FEW + 1}) CROSS JOIN jobs_${g} USING (id)
      ORDER BY ${order(query.sort)}`,
    values,
  });
  if (few.length <= FEW) return { data: few.slice(start, start + query.limit), total: few.length };
  const total = count(db, { text: `SELECT count(*) AS n FROM (${text})`, values });
  return { data: start < total ? rows(db, pageByIndex(g, query, key)) : [], total };
}

/** A page of the jobs of generation `g`, and how many there are in all. */
export function listJobs(db: DatabaseSync, g: number, query: ListQuery): JobPage {
  const { page, limit, status, search } = query;
  if (search) return searchJobs(db, g, query, searchKey(search));
  const where = status === undefined ? '' : 'WHERE status = ?';
  const text = `SELECT total(jobs) AS n FROM counts_${g} ${where}`;
  const total = count(db, { text, values: status === undefined ? [] : [status] });
  return { data: (page - 1) * limit < total ? rows(db, pageByIndex(g, query, null)) : [], total };
}

import type { DatabaseSync } from 'node:sqlite';
import { prepared } from '@inkstream/sqlite';
import { decodeCursor, encodeCursor, type Position } from '../cursor.ts';
import type { JobPage, JobQuery, JobSummary, ListLimits } from '../read-model.ts';
import { searchKey } from '../search-text.ts';
import {
  all,
  countFirst,
  type Found,
  pageFromNearerEnd,
  positionOf,
  type Sql,
  type Walk,
  walk,
} from './walk.ts';

/** The trigram index knows nothing of shorter texts. */
const TRIGRAM = 3;
const COLUMNS = 'id, name, status, createdAt, updatedAt, fileCount';

/** The list that a query asks for, as an index holds it. */
export function listOf(g: number, { tenant, sort, status, search }: JobQuery): Walk {
  // With a given status, all are equal in it: they are ordered by id.
  const field = status !== undefined && sort.field === 'status' ? 'id' : sort.field;
  const table = `jobs_${g}`;
  const byStatus = field === 'id' ? `${table}_status` : `${table}_status_${field}`;
  return {
    table,
    index: status === undefined ? `${table}_${field}` : byStatus,
    columns: COLUMNS,
    common:
      status === undefined
        ? { text: 'deleted = 0 AND tenant = ?', values: [tenant] }
        : { text: 'deleted = 0 AND tenant = ? AND status = ?', values: [tenant, status] },
    order: field === 'id' ? ['id'] : [field, 'id'],
    direction: sort.direction,
    filter: search ? { text: 'instr(search, ?) > 0', values: [searchKey(search)] } : null,
  };
}

const nameOf = ({ tenant, sort, status, search }: JobQuery) => [
  'jobs',
  tenant,
  sort.field,
  sort.direction,
  status ?? null,
  search ?? null,
];

function startOf(query: JobQuery, { order }: Walk): { after: Position['after'] | null; skip: number } {
  const { start, limit } = query;
  if ('page' in start) return { after: null, skip: (start.page - 1) * limit };
  const types = order.map((column) => (column === 'id' ? 'number' : 'string'));
  return decodeCursor(nameOf(query), start.cursor, types);
}

const pageOf = (query: JobQuery, { rows, next }: Found, total: number, totalIsAtLeast: boolean): JobPage => ({
  data: rows.map((row) => ({ ...row }) as unknown as JobSummary),
  total,
  totalIsAtLeast,
  next: next && encodeCursor(nameOf(query), next),
});

/** The ids of jobs of all tenants whose search text holds the key, by the trigram index: up to `limit`. */
const byTrigrams = (db: DatabaseSync, g: number, key: string, limit: number): number[] =>
  prepared(db, `SELECT rowid AS id FROM matches_${g} WHERE matches_${g} MATCH ? LIMIT ?`)
    .all(`"${key.replaceAll('"', '""')}"`, limit)
    .map(({ id }) => Number(id));

/** Those of these jobs that a list has, which are few enough to be collected and sorted. */
const among = ({ table, common }: Walk, ids: readonly number[]): Sql => ({
  text: `FROM ${table} NOT INDEXED WHERE id IN (SELECT value FROM json_each(?)) AND ${common.text}`,
  values: [JSON.stringify(ids), ...common.values],
});

const countAmong = (db: DatabaseSync, list: Walk, ids: readonly number[]): number => {
  const { text, values } = among(list, ids);
  return Number(all(db, { text: `SELECT count(*) AS n ${text}`, values })[0]?.n);
};

function pageAmong(db: DatabaseSync, list: Walk, query: JobQuery, ids: readonly number[]): Found {
  const { after, skip } = startOf(query, list);
  const { text, values } = among(list, ids);
  const operator = list.direction === 'asc' ? '>' : '<';
  const behind = after
    ? ` AND (${list.order.join(', ')}) ${operator} (${list.order.map(() => '?').join(', ')})`
    : '';
  const by = list.order.map((column) => `${column} ${list.direction}`).join(', ');
  const rows = all(db, {
    text: `SELECT ${COLUMNS} ${text}${behind} ORDER BY ${by} LIMIT ? OFFSET ?`,
    values: [...values, ...(after ?? []), query.limit + 1, skip],
  });
  const last = rows[query.limit - 1];
  if (rows.length <= query.limit || !last) return { rows, next: null };
  return { rows: rows.slice(0, query.limit), next: { after: positionOf(list, last), skip: 0 } };
}

/**
 * A page of the jobs that a search finds. If the trigram index knows of no more than may be looked at, they are
 * collected and sorted; else the list is walked in order, some way at a time.
 */
function searchJobs(
  db: DatabaseSync,
  g: number,
  query: JobQuery,
  { counted, examined }: ListLimits,
): JobPage {
  const key = searchKey(query.search ?? '');
  const list = listOf(g, query);
  const ids = [...key].length >= TRIGRAM ? byTrigrams(db, g, key, examined + 1) : null;
  if (ids && ids.length <= examined) {
    const total = countAmong(db, list, ids);
    return pageOf(query, pageAmong(db, list, query, ids), Math.min(total, counted), total > counted);
  }
  const first = countFirst(db, list, examined);
  const known = Math.max(first.found, ids ? countAmong(db, list, ids) : 0);
  const found = walk(db, list, startOf(query, list), query.limit, examined);
  return pageOf(query, found, Math.min(known, counted), !first.all || known > counted);
}

function countOf(db: DatabaseSync, g: number, { tenant, status }: JobQuery): number {
  const own = `SELECT total(jobs) AS n FROM counts_${g} WHERE tenant = ?`;
  const row =
    status === undefined
      ? prepared(db, own).get(tenant)
      : prepared(db, `${own} AND status = ?`).get(tenant, status);
  return Number(row?.n);
}

/** A page of the jobs of generation `g`, and how many there are in all. */
export function listJobs(db: DatabaseSync, g: number, query: JobQuery, limits: ListLimits): JobPage {
  if (query.search) return searchJobs(db, g, query, limits);
  const { start, limit } = query;
  const list = listOf(g, query);
  const total = countOf(db, g, query);
  if ('cursor' in start)
    return pageOf(query, walk(db, list, startOf(query, list), limit, limits.examined), total, false);
  const offset = (start.page - 1) * limit;
  const rows = pageFromNearerEnd(db, list, { offset, limit, total });
  const last = rows.at(-1);
  const next = last && offset + limit < total ? { after: positionOf(list, last), skip: 0 } : null;
  return pageOf(query, { rows, next }, total, false);
}

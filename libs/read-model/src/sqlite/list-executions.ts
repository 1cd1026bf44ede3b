import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { ExecutionView } from '@inkstream/domain';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { ExecutionPage, ExecutionQuery, ListLimits } from '../read-model.ts';
import { parse } from './documents.ts';
import { all, type Sql, type Walk, walk } from './walk.ts';

const ORDER = ['createdAt', 'jobId', 'id'] as const;
const TYPES = ['string', 'number', 'number'] as const;

const equal = (
  conditions: readonly (readonly [column: string, value: SQLInputValue | undefined])[],
): Sql | null => {
  const given = conditions.filter((one): one is [string, SQLInputValue] => one[1] !== undefined);
  if (given.length === 0) return null;
  return {
    text: given.map(([column]) => `${column} = ?`).join(' AND '),
    values: given.map(([, value]) => value),
  };
};

/** The list that a query asks for: by the index of the rarest thing, and what else is asked for as a filter. */
export function listOf(g: number, { tenant, status, provider, errorCode }: ExecutionQuery): Walk {
  const table = `executions_${g}`;
  const given = [
    ['errorCode', errorCode],
    ['provider', provider],
    ['status', status],
  ] as const;
  const [first, ...rest] = given.filter(([, value]) => value !== undefined);
  const own = equal([['tenant', tenant], ...(first ? [first] : [])]);
  return {
    table,
    index: `${table}_${first?.[0] ?? 'all'}`,
    columns: 'createdAt, jobId, id, document',
    common: { text: `removed = 0 AND ${own?.text}`, values: own?.values ?? [] },
    order: ORDER,
    direction: 'desc',
    filter: equal(rest),
  };
}

const nameOf = ({ tenant, status, provider, errorCode, jobId }: ExecutionQuery) => [
  'executions',
  tenant,
  status ?? null,
  provider ?? null,
  errorCode ?? null,
  jobId ?? null,
];

/** Of one job, which has few: they are sorted. */
function ofJob(db: DatabaseSync, g: number, query: ExecutionQuery, after: readonly SQLInputValue[] | null) {
  const { tenant, status, provider, errorCode, jobId, limit } = query;
  const own = equal([
    ['jobId', jobId],
    ['tenant', tenant],
    ['status', status],
    ['provider', provider],
    ['errorCode', errorCode],
  ]);
  const behind = after ? 'AND (createdAt, jobId, id) < (?, ?, ?)' : '';
  const rows = all(db, {
    text: `SELECT createdAt, jobId, id, document FROM executions_${g} NOT INDEXED
      WHERE removed = 0 AND ${own?.text} ${behind}
      ORDER BY createdAt DESC, jobId DESC, id DESC LIMIT ?`,
    values: [...(own?.values ?? []), ...(after ?? []), limit + 1],
  });
  const last = rows[limit - 1];
  const more = rows.length > limit && last;
  return {
    rows: rows.slice(0, limit),
    next: more ? { after: ORDER.map((column) => last[column] as string | number), skip: 0 } : null,
  };
}

/** A page of the executions of generation `g`. */
export function listExecutions(
  db: DatabaseSync,
  g: number,
  query: ExecutionQuery,
  { examined }: ListLimits,
): ExecutionPage {
  const { cursor, limit, jobId } = query;
  const after = cursor === undefined ? null : decodeCursor(nameOf(query), cursor, TYPES).after;
  const { rows, next } =
    jobId === undefined
      ? walk(db, listOf(g, query), { after, skip: 0 }, limit, examined)
      : ofJob(db, g, query, after);
  return { data: rows.map(parse<ExecutionView>), next: next && encodeCursor(nameOf(query), next) };
}

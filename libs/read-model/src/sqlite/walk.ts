import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { prepared } from '@inkstream/sqlite';

export interface Sql {
  readonly text: string;
  readonly values: readonly SQLInputValue[];
}

type Row = Record<string, unknown>;

/** A list in the order of an index, which is walked and never sorted. */
export interface Walk {
  readonly table: string;
  readonly index: string;
  readonly columns: string;
  /** What all entries of that part of the index have in common. */
  readonly common: Sql;
  /** The columns that order them: what a position names. */
  readonly order: readonly string[];
  readonly direction: 'asc' | 'desc';
  /** Which of the entries are in the list: null if all are. */
  readonly filter: Sql | null;
}

export const all = (db: DatabaseSync, { text, values }: Sql): Row[] => prepared(db, text).all(...values);

const and = (...conditions: (Sql | null)[]): Sql => {
  const held = conditions.filter((one) => one !== null);
  return { text: held.map(({ text }) => text).join(' AND '), values: held.flatMap(({ values }) => values) };
};

const reversed = { asc: 'desc', desc: 'asc' } as const;

const rowOf = (columns: readonly string[]): string =>
  columns.length > 1 ? `(${columns.join(', ')})` : columns.join();

/** That an entry comes after a position, or `upTo` it. */
const compared = (
  { order, direction }: Walk,
  position: readonly SQLInputValue[] | null,
  side: 'after' | 'upTo',
): Sql | null => {
  if (!position) return null;
  const operator = { asc: { after: '>', upTo: '<=' }, desc: { after: '<', upTo: '>=' } }[direction][side];
  return { text: `${rowOf(order)} ${operator} ${rowOf(order.map(() => '?'))}`, values: position };
};

/** Entries of a walk that match a condition: `limit` of them, behind `offset` others. */
export function entries(
  { table, index, order, direction }: Walk,
  columns: string,
  condition: Sql,
  limit: number,
  offset: number,
): Sql {
  const by = order.map((column) => `${column} ${direction}`).join(', ');
  return {
    text: `SELECT ${columns} FROM ${table} INDEXED BY ${index}
      WHERE ${condition.text} ORDER BY ${by} LIMIT ? OFFSET ?`,
    values: [...condition.values, limit, offset],
  };
}

/** Where an entry stands in its list. */
export const positionOf = ({ order }: Walk, row: Row): (string | number)[] =>
  order.map((column) => row[column] as string | number);

/** The last of the entries that may be looked at from a position on: null if they are the last ones anyway. */
function boundary(db: DatabaseSync, walk: Walk, after: readonly SQLInputValue[] | null, examined: number) {
  const from = and(walk.common, compared(walk, after, 'after'));
  const [row] = all(db, entries(walk, walk.order.join(', '), from, 1, examined - 1));
  return row ? positionOf(walk, row) : null;
}

export interface Found {
  readonly rows: readonly Row[];
  /** Where the next page goes on: null if this was the last one. */
  readonly next: { readonly after: readonly (string | number)[]; readonly skip: number } | null;
}

/**
 * Up to `limit` entries from a position on, without the first `skip` of them. With a filter no more than `examined`
 * entries are looked at.
 */
export function walk(
  db: DatabaseSync,
  list: Walk,
  { after, skip }: { readonly after: readonly SQLInputValue[] | null; readonly skip: number },
  limit: number,
  examined: number,
): Found {
  const end = list.filter && boundary(db, list, after, examined);
  const condition = and(
    list.common,
    compared(list, after, 'after'),
    compared(list, end, 'upTo'),
    list.filter,
  );
  const rows = all(db, entries(list, list.columns, condition, limit + 1, skip));
  const last = rows[limit - 1];
  if (rows.length > limit && last)
    return { rows: rows.slice(0, limit), next: { after: positionOf(list, last), skip: 0 } };
  if (!end) return { rows, next: null };
  // There may be more entries behind the boundary. Those that were skipped before it are not skipped again.
  const skipped = rows.length > 0 || skip === 0 ? skip : count(db, list, condition);
  return { rows, next: { after: end, skip: skip - skipped } };
}

const count = (db: DatabaseSync, { table, index }: Walk, { text, values }: Sql): number =>
  Number(
    all(db, { text: `SELECT count(*) AS n FROM ${table} INDEXED BY ${index} WHERE ${text}`, values })[0]?.n,
  );

/** How many entries of the list are among the first `examined` ones, and whether those are all there are. */
export function countFirst(
  db: DatabaseSync,
  list: Walk,
  examined: number,
): { readonly found: number; readonly all: boolean } {
  const end = boundary(db, list, null, examined);
  const condition = and(list.common, compared(list, end, 'upTo'), list.filter);
  return { found: count(db, list, condition), all: end === null };
}

/** The page that begins behind `offset` of `total` entries, walked to from the nearer end: what is skipped is walked over. */
export function pageFromNearerEnd(
  db: DatabaseSync,
  list: Walk,
  { offset, limit, total }: { readonly offset: number; readonly limit: number; readonly total: number },
): readonly Row[] {
  if (offset >= total) return [];
  const behind = total - offset - limit;
  if (offset <= behind) return all(db, entries(list, list.columns, list.common, limit, offset));
  const backwards = { ...list, direction: reversed[list.direction] };
  const size = Math.min(limit, total - offset);
  return all(db, entries(backwards, list.columns, list.common, size, Math.max(0, behind))).reverse();
}

import type { Collection, Document, Filter } from 'mongodb';
import type { Position } from '../cursor.ts';
import type { IndexName } from './collections.ts';

/** What a query may take in the server, in milliseconds. */
export const LIMITED = { maxTimeMS: 15_000 } as const;

/** A list in the order of an index, which is walked and never sorted. */
export interface List<Stored extends Document> {
  readonly collection: Collection<Stored>;
  readonly hint: { readonly hint?: IndexName };
  /** What all entries of that part of the index have in common. */
  readonly common: Filter<Stored>;
  /** The field that orders them, which no two have the same of: what a position names. */
  readonly key: string;
  readonly direction: 'asc' | 'desc';
  /** Which of the entries are in the list: null if all are. */
  readonly filter: Filter<Stored> | null;
  readonly projection: Document;
}

type Key = string | number;

export interface Found<Row> {
  readonly rows: readonly Row[];
  /** Where the next page goes on: null if this was the last one. */
  readonly next: Position | null;
}

/** The entries after a position and no further than another one. */
function between<Stored extends Document>(
  { common, key, direction }: List<Stored>,
  after: Key | null,
  upTo: Key | null,
): Filter<Stored> {
  const [later, until] = direction === 'asc' ? ['$gt', '$lte'] : ['$lt', '$gte'];
  const range = { ...(after !== null && { [later]: after }), ...(upTo !== null && { [until]: upTo }) };
  return { ...common, ...(Object.keys(range).length > 0 && { [key]: range }) };
}

const sortOf = ({ key, direction }: List<Document>): Document => ({ [key]: direction === 'asc' ? 1 : -1 });

/** The value of a list's key in a row: a field, or one of a field's. */
export const keyOf = (key: string, row: Document): Key =>
  key.split('.').reduce<Document>((value, name) => value[name], row) as unknown as Key;

/** Rows of a list: `limit` of those that a condition finds, behind `skip` others. */
const rowsOf = <Stored extends Document>(
  { collection, hint, projection, ...list }: List<Stored>,
  condition: Filter<Stored>,
  limit: number,
  skip: number,
): Promise<Document[]> =>
  collection
    .find<Document>(condition, { projection, ...hint, ...LIMITED })
    .sort(sortOf(list as unknown as List<Document>))
    .skip(skip)
    .limit(limit)
    .batchSize(limit + 1)
    .toArray();

/** The key of the entry behind `skip` others from a position on, which the index alone tells; null if there is none. */
async function keyAt<Stored extends Document>(
  list: List<Stored>,
  after: Key | null,
  skip: number,
): Promise<Key | null> {
  const projection = list.key === '_id' ? { _id: 1 } : { _id: 0, [list.key]: 1 };
  const [row] = await rowsOf({ ...list, projection }, between(list, after, null), 1, skip);
  return row ? keyOf(list.key, row) : null;
}

/** How many entries a list has between two positions, as far as a limit. */
export const countBetween = <Stored extends Document>(
  list: List<Stored>,
  after: Key | null,
  end: Key | null,
  limit: number,
): Promise<number> => {
  const condition = { ...between(list, after, end), ...list.filter };
  return list.collection.countDocuments(condition, { limit, ...list.hint, ...LIMITED });
};

/** `limit` rows of those that were asked for with one more, and where the next page begins. */
export function pageOf<Row extends Document>(key: string, rows: readonly Row[], limit: number): Found<Row> {
  const last = rows[limit - 1];
  if (rows.length <= limit || !last) return { rows, next: null };
  return { rows: rows.slice(0, limit), next: { after: [keyOf(key, last)], skip: 0 } };
}

/** The last of the entries that may be looked at from a position on: null if those are all there are anyway. */
export const endOf = <Stored extends Document>(
  list: List<Stored>,
  after: Key | null,
  examined: number,
): Promise<Key | null> => keyAt(list, after, examined - 1);

/** Up to `limit` entries from a position on, without the first `skip` of them, and none behind `end`. */
export async function walk<Stored extends Document>(
  list: List<Stored>,
  { after, skip }: { readonly after: Key | null; readonly skip: number },
  limit: number,
  end: Key | null,
): Promise<Found<Document>> {
  const condition = { ...between(list, after, end), ...list.filter };
  const rows = await rowsOf(list, condition, limit + 1, skip);
  if (end === null || rows.length > limit) return pageOf(list.key, rows, limit);
  // There may be more entries behind the end. Those that were skipped before it are not skipped again.
  const skipped = rows.length > 0 || skip === 0 ? skip : await countBetween(list, after, end, skip);
  return { rows, next: { after: [end], skip: skip - skipped } };
}

/**
 * The page that begins behind `offset` entries, which are skipped in the index alone. From the beginning of the list, since
 * its end moves while jobs arrive, and what the counts say of it may be a little older.
 */
export async function pageBehind<Stored extends Document>(
  list: List<Stored>,
  offset: number,
  limit: number,
): Promise<Found<Document>> {
  const before = offset === 0 ? null : await keyAt(list, null, offset - 1);
  if (offset > 0 && before === null) return { rows: [], next: null };
  return walk(list, { after: before, skip: 0 }, limit, null);
}

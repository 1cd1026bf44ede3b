import type { Document, Filter } from 'mongodb';
import type { JobQuery, ListLimits } from '../read-model.ts';
import { searchKey } from '../search-text.ts';
import type { Collections } from './collections.ts';
import { gramsToFind } from './grams.ts';
import type { JobDocument } from './job-document.ts';
import { countBetween, endOf, type Found, keyOf, LIMITED, type List, pageOf, walk } from './walk.ts';

/** The text as a regular expression: each character stands for itself. */
const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** The gram that the fewest of a tenant's jobs have, if they are no more than a limit. */
async function rarestGram(
  { jobs, by }: Collections,
  tenant: string,
  key: string,
  examined: number,
): Promise<number | null> {
  const grams = gramsToFind(key);
  const limit = Math.ceil(examined / grams.length);
  const counted = await Promise.all(
    grams.map(async (gram) => ({
      gram,
      jobs: await jobs.countDocuments(
        { tenant, grams: gram },
        { limit: limit + 1, ...by('grams'), ...LIMITED },
      ),
    })),
  );
  const rarest = counted.reduce((least, one) => (one.jobs < least.jobs ? one : least));
  return rarest.jobs <= limit ? rarest.gram : null;
}

/** The jobs of a list that have a rare gram, in the list's order. */
async function collected(
  { jobs, by }: Collections,
  { common, filter, key, direction, projection }: List<JobDocument>,
  gram: number,
): Promise<readonly Document[]> {
  const condition = { grams: gram, ...common, ...filter } as Filter<JobDocument>;
  const found = await jobs
    .find<Document>(condition, { projection, ...by('grams'), ...LIMITED })
    .batchSize(10_000)
    .toArray();
  if (key === '_id') found.sort((a, b) => a._id - b._id);
  else {
    // By UTF-8, whose order is that of code points, as MongoDB's indexes have it.
    const keyed = found.map((row) => ({ row, bytes: Buffer.from(String(keyOf(key, row))) }));
    keyed.sort((a, b) => a.bytes.compare(b.bytes));
    found.splice(0, found.length, ...keyed.map(({ row }) => row));
  }
  return direction === 'asc' ? found : found.reverse();
}

/** Whether a row of a list comes after a position. */
const isAfter = ({ key, direction }: List<JobDocument>, row: Document, after: string | number | null) => {
  if (after === null) return true;
  const value = keyOf(key, row);
  const order =
    typeof value === 'number'
      ? value - Number(after)
      : Buffer.from(value).compare(Buffer.from(String(after)));
  return direction === 'asc' ? order > 0 : order < 0;
};

/**
 * A page of the jobs that a search finds, and how many those are. If one of the text's grams is rare enough, all jobs
 * that have it are collected and sorted; else the list is walked in order, some way at a time. So the index entries and
 * the documents that are looked at have a limit, however rare, late or clustered the matches are.
 */
export async function searchJobs(
  on: Collections,
  listed: List<JobDocument>,
  { tenant, limit, search = '' }: JobQuery,
  { after, skip }: { readonly after: string | number | null; readonly skip: number },
  { counted, examined }: ListLimits,
): Promise<{ readonly found: Found<Document>; readonly total: number; readonly totalIsAtLeast: boolean }> {
  const key = searchKey(search);
  const list: List<JobDocument> = { ...listed, filter: { search: { $regex: literal(key) } } };
  const gram = await rarestGram(on, tenant, key, examined);
  if (gram !== null) {
    const all = await collected(on, list, gram);
    const rows = all.filter((row) => isAfter(list, row, after)).slice(skip, skip + limit + 1);
    const total = Math.min(all.length, counted);
    return { found: pageOf(list.key, rows, limit), total, totalIsAtLeast: all.length > counted };
  }
  const first = await endOf(list, null, examined);
  const end = after === null ? first : await endOf(list, after, examined);
  const [found, matches] = await Promise.all([
    walk(list, { after, skip }, limit, end),
    countBetween(list, null, first, counted + 1),
  ]);
  const totalIsAtLeast = first !== null || matches > counted;
  return { found, total: Math.min(matches, counted), totalIsAtLeast };
}

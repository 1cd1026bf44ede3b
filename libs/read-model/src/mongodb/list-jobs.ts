import type { Document, Filter } from 'mongodb';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { JobPage, JobQuery, JobSummary, ListLimits } from '../read-model.ts';
import type { Collections, IndexName } from './collections.ts';
import { totalOf } from './counts.ts';
import type { JobDocument } from './job-document.ts';
import { searchJobs } from './search-jobs.ts';
import { type Found, type List, pageBehind, walk } from './walk.ts';

type Summary = Omit<JobSummary, 'id'> & { readonly _id: number };

const SUMMARY = { name: 1, status: 1, createdAt: 1, updatedAt: 1, fileCount: 1 } as const;

/** The list that a query asks for, as an index holds it. */
export function listOf({ jobs, by }: Collections, { tenant, sort, status }: JobQuery): List<JobDocument> {
  // With a given status all are equal in it: they are ordered by id.
  const field = status !== undefined && sort.field === 'status' ? 'id' : sort.field;
  const index: IndexName =
    status === undefined ? field : field === 'id' || field === 'status' ? 'status_id' : `status_${field}`;
  const key = field === 'id' ? '_id' : `by.${field}`;
  const common: Filter<JobDocument> = { tenant, deleted: false, ...(status !== undefined && { status }) };
  return {
    collection: jobs,
    hint: by(index),
    common,
    key,
    direction: sort.direction,
    filter: null,
    projection: { ...SUMMARY, ...(key !== '_id' && { [key]: 1 }) },
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

/** Where a page begins in its list. */
function startOf(query: JobQuery, key: string): { after: string | number | null; skip: number } {
  const { start, limit } = query;
  if ('page' in start) return { after: null, skip: (start.page - 1) * limit };
  const { after, skip } = decodeCursor(nameOf(query), start.cursor, [key === '_id' ? 'number' : 'string']);
  return { after: after[0] ?? null, skip };
}

function toSummary(row: Document): JobSummary {
  const { _id: id, name, status, createdAt, updatedAt, fileCount } = row as Summary;
  return { id, name, status, createdAt, updatedAt, fileCount };
}

const pageOf = (
  query: JobQuery,
  { rows, next }: Found<Document>,
  total: number,
  totalIsAtLeast: boolean,
) => ({
  data: rows.map(toSummary),
  total,
  totalIsAtLeast,
  next: next && encodeCursor(nameOf(query), next),
});

/** A page of the jobs, and how many there are in all. */
export async function listJobs(on: Collections, query: JobQuery, limits: ListLimits): Promise<JobPage> {
  const { start, limit, tenant, status, search } = query;
  const list = listOf(on, query);
  const { after, skip } = startOf(query, list.key);
  if (search) {
    const { found, total, totalIsAtLeast } = await searchJobs(on, list, query, { after, skip }, limits);
    return pageOf(query, found, total, totalIsAtLeast);
  }
  const [total, found] = await Promise.all([
    totalOf(on, tenant, status),
    'page' in start ? pageBehind(list, skip, limit) : walk(list, { after, skip }, limit, null),
  ]);
  return pageOf(query, found, total, false);
}

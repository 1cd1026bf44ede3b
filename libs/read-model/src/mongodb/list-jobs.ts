import type { Collection, Filter } from 'mongodb';
import type { JobSummary, ListQuery, ReadModel } from '../read-model.ts';
import { searchKey } from '../search-text.ts';
import { gramsToFind } from './grams.ts';
import type { JobDocument } from './job-document.ts';

/** Up to so many matches are collected and sorted here. */
const FEW = 1_000;
/** What a query may take in the server, in milliseconds. */
const LIMITED = { maxTimeMS: 15_000 } as const;

const SUMMARY = { revision: 1, name: 1, status: 1, createdAt: 1, updatedAt: 1, fileCount: 1 } as const;

type Jobs = Collection<JobDocument>;
type Conditions = Filter<JobDocument>;
type Summary = Omit<JobSummary, 'id'> & { readonly _id: number };
type JobPage = Awaited<ReturnType<ReadModel['list']>>;

const toSummary = ({ _id: id, ...summary }: Summary): JobSummary => ({ id, ...summary });

/** The text as a regular expression: each character stands for itself. */
const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

const listed = ({ status }: ListQuery): Conditions => ({
  deleted: false,
  ...(status === undefined ? {} : { status }),
});

const containing = (key: string): Conditions => ({ search: { $regex: literal(key) } });

/** The conditions as the index of grams serves them. */
const searched = (query: ListQuery, key: string): Conditions => ({
  grams: { $all: gramsToFind(key) },
  ...listed(query),
  ...containing(key),
});

/** The field that decides the order: with a given status all are equal in it, so the id does. */
const orderOf = ({ sort: { field }, status }: ListQuery): '_id' | Exclude<typeof field, 'id'> =>
  field === 'id' || (field === 'status' && status !== undefined) ? '_id' : field;

function indexFor(query: ListQuery): string {
  const order = orderOf(query);
  if (query.status === undefined) return order === '_id' ? 'id' : order;
  return order === '_id' ? 'status' : `status_${order}`;
}

/** A page in the order of an index: nothing is sorted. */
async function walk(jobs: Jobs, query: ListQuery, conditions: Conditions): Promise<JobSummary[]> {
  const { page, limit, sort } = query;
  const direction = sort.direction === 'asc' ? 1 : -1;
  const found = await jobs
    .find<Summary>(conditions, { hint: indexFor(query), projection: SUMMARY, ...LIMITED })
    .sort({ [orderOf(query)]: direction, _id: direction })
    .skip((page - 1) * limit)
    .limit(limit)
    .batchSize(limit + 1)
    .toArray();
  return found.map(toSummary);
}

/** All jobs that a search finds, in the order of the query; null where there are more than a few. */
async function few(jobs: Jobs, query: ListQuery, key: string): Promise<JobSummary[] | null> {
  const found = await jobs
    .find<Summary>(searched(query, key), { hint: 'grams', projection: SUMMARY, ...LIMITED })
    .limit(FEW + 1)
    .batchSize(FEW + 2)
    .toArray();
  if (found.length > FEW) return null;
  const order = orderOf(query);
  // By UTF-8, whose order is that of code points, as MongoDB's indexes have it.
  const keyed = found.map((one) => ({ one, key: Buffer.from(order === '_id' ? '' : one[order]) }));
  const sorted = keyed.sort((a, b) => a.key.compare(b.key) || a.one._id - b.one._id);
  return (query.sort.direction === 'asc' ? sorted : sorted.reverse()).map(({ one }) => toSummary(one));
}

/**
 * A page of the jobs that a search finds. A few are collected and sorted; many are met soon on a walk in order, and
 * counted among those that have the rarest of the key's grams.
 */
async function searchJobs(jobs: Jobs, query: ListQuery, key: string): Promise<JobPage> {
  const start = (query.page - 1) * query.limit;
  const found = await few(jobs, query, key);
  if (found) return { data: found.slice(start, start + query.limit), total: found.length };
  const total = await jobs.countDocuments(searched(query, key), { hint: 'grams', ...LIMITED });
  const conditions = { ...listed(query), ...containing(key) };
  return { data: start < total ? await walk(jobs, query, conditions) : [], total };
}

/** A page of the jobs, and how many there are in all: each found, ordered and counted by an index. */
export async function listJobs(jobs: Jobs, query: ListQuery): Promise<JobPage> {
  const key = searchKey(query.search ?? '');
  if (key !== '') return searchJobs(jobs, query, key);
  const hint = query.status === undefined ? 'id' : 'status';
  const [data, total] = await Promise.all([
    walk(jobs, query, listed(query)),
    jobs.countDocuments(listed(query), { hint, ...LIMITED }),
  ]);
  return { data, total };
}

import type { ExecutionView } from '@inkstream/domain';
import type { Document, Filter } from 'mongodb';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { ExecutionPage, ExecutionQuery, ListLimits } from '../read-model.ts';
import type { Collections, IndexName } from './collections.ts';
import { type ExecutionDocument, toExecution } from './execution-document.ts';
import { endOf, type Found, LIMITED, type List, pageOf, walk } from './walk.ts';

const KEY = 'requested';
/** What views are read without, but for what they are ordered by. */
const PROJECTION = { _id: 0, unfinishedSince: 0 } as const;

/** What a query asks for beside the tenant and the job, the rarest first. */
const conditionsOf = ({ status, provider, errorCode }: ExecutionQuery) =>
  (
    [
      ['errorCode', 'error.code', errorCode],
      ['provider', 'ocrProvider', provider],
      ['status', 'status', status],
    ] as const
  ).filter(([, , value]) => value !== undefined);

const filterOf = (conditions: ReturnType<typeof conditionsOf>): Filter<ExecutionDocument> =>
  Object.fromEntries(conditions.map(([, field, value]) => [field, value]));

/** The list that a query asks for: by the index of the rarest thing, and what else is asked for as a filter. */
export function listOf({ executions, by }: Collections, query: ExecutionQuery): List<ExecutionDocument> {
  const [first, ...rest] = conditionsOf(query);
  const index: IndexName = first?.[0] ?? 'all';
  return {
    collection: executions,
    hint: by(index),
    common: { tenant: query.tenant, removed: false, ...(first && filterOf([first])) },
    key: KEY,
    direction: 'desc',
    filter: rest.length > 0 ? filterOf(rest) : null,
    projection: PROJECTION,
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

/** Of one job, which has few: they are sorted here. */
async function ofJob(
  { executions, by }: Collections,
  query: ExecutionQuery,
  jobId: number,
  after: string | null,
): Promise<Found<Document>> {
  const own = await executions
    .find<Document>(
      { jobId, tenant: query.tenant, removed: false, ...filterOf(conditionsOf(query)) },
      { projection: PROJECTION, ...by('job'), ...LIMITED },
    )
    .toArray();
  const rows = own
    .filter(({ requested }) => after === null || requested < after)
    .sort((a, b) => (a.requested < b.requested ? 1 : -1));
  return pageOf(KEY, rows, query.limit);
}

function toView(row: Document): ExecutionView {
  const { requested: _, ...document } = row as ExecutionDocument;
  return toExecution(document);
}

/** A page of a list; if it has a filter, of so many entries as may be looked at. */
async function walkList(
  list: List<ExecutionDocument>,
  after: string | null,
  limit: number,
  examined: number,
): Promise<Found<Document>> {
  const end = list.filter && (await endOf(list, after, examined));
  return walk(list, { after, skip: 0 }, limit, end);
}

/** A page of the executions. */
export async function listExecutions(
  on: Collections,
  query: ExecutionQuery,
  { examined }: ListLimits,
): Promise<ExecutionPage> {
  const { cursor, limit, jobId } = query;
  const position = cursor === undefined ? null : decodeCursor(nameOf(query), cursor, ['string']);
  const after = position ? String(position.after[0]) : null;
  const { rows, next } =
    jobId === undefined
      ? await walkList(listOf(on, query), after, limit, examined)
      : await ofJob(on, query, jobId, after);
  return { data: rows.map(toView), next: next && encodeCursor(nameOf(query), next) };
}

import { type JobList, listQuerySchema } from '@inkstream/contracts';
import { type JobQuery, SORT_FIELDS } from '@inkstream/read-model';
import { parseInput, withContext } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import type { QueryDeps } from './deps.ts';
import { withCursor } from './with-cursor.ts';

/** `createdAt:desc` as the read model takes it. The schema has let nothing else through. */
function parseSort(sort: string): JobQuery['sort'] {
  const [name, direction] = sort.split(':');
  const field = SORT_FIELDS.find((one) => one === name) ?? 'createdAt';
  return { field, direction: direction === 'asc' ? 'asc' : 'desc' };
}

/** `GET /ocr-jobs`: a page of jobs. Parameters that it does not know are ignored, repeated ones refused. */
export const listJobs = ({ readModel }: QueryDeps): RequestHandler =>
  withContext(async ({ tenant }, request, response) => {
    const { page, cursor, limit, sort, status, search } = parseInput(listQuerySchema, request.query);
    const query: JobQuery = {
      tenant,
      start: cursor === undefined ? { page } : { cursor },
      limit,
      sort: parseSort(sort),
      status,
      search: search || undefined,
    };
    const { data, total, totalIsAtLeast, next } = await withCursor(readModel.listJobs(query));
    const list: JobList = {
      data: [...data],
      pagination: {
        total,
        ...(totalIsAtLeast && { totalIsAtLeast }),
        ...(cursor === undefined && { page }),
        limit,
        pages: Math.ceil(total / limit),
        nextCursor: next,
      },
    };
    response.set('Cache-Control', 'private, no-cache').json(list);
  });

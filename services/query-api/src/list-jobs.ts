import { type JobList, listQuerySchema } from '@inkstream/contracts';
import { type ListQuery, SORT_FIELDS } from '@inkstream/read-model';
import { parseInput } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import type { QueryDeps } from './deps.ts';

/** `createdAt:desc` as the read model takes it. The schema has let nothing else through. */
function parseSort(sort: string): ListQuery['sort'] {
  const [name, direction] = sort.split(':');
  const field = SORT_FIELDS.find((one) => one === name) ?? 'createdAt';
  return { field, direction: direction === 'asc' ? 'asc' : 'desc' };
}

/** `GET /ocr-jobs`: a page of jobs. Parameters that it does not know are ignored, repeated ones refused. */
export const listJobs =
  ({ readModel }: QueryDeps): RequestHandler =>
  async (request, response) => {
    const { page, limit, sort, status, search } = parseInput(listQuerySchema, request.query);
    const { data, total } = await readModel.list({
      page,
      limit,
      sort: parseSort(sort),
      status,
      search: search || undefined,
    });
    const list: JobList = {
      data: data.map(({ revision: _, ...summary }) => summary),
      pagination: { total, page, limit, pages: Math.ceil(total / limit) },
    };
    response.set('Cache-Control', 'private, no-cache').json(list);
  };

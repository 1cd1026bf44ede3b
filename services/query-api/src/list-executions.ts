import { type ExecutionList, executionQuerySchema } from '@inkstream/contracts';
import { parseInput, withContext } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import type { QueryDeps } from './deps.ts';
import { toExecution } from './job-answer.ts';
import type { LatestProgress } from './latest-progress.ts';
import { withCursor } from './with-cursor.ts';

/** `GET /ocr-executions`: executions of all jobs, the latest first, without their results. */
export const listExecutions = ({ readModel }: QueryDeps, latest: LatestProgress): RequestHandler =>
  withContext(async ({ tenant }, request, response) => {
    const query = parseInput(executionQuerySchema, request.query);
    const { data, next } = await withCursor(readModel.listExecutions({ tenant, ...query }));
    const list: ExecutionList = {
      data: data.map((view) => {
        const { ocrData: _, ...execution } = toExecution(view, { progress: latest.of(view) });
        return { jobId: view.jobId, fileId: view.fileId, ...execution };
      }),
      pagination: { limit: query.limit, nextCursor: next },
    };
    response.set('Cache-Control', 'private, no-cache').json(list);
  });

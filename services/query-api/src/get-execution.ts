import { idParamSchema, type JobExecution } from '@inkstream/contracts';
import { HttpError, parseInput, withContext } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import { openJob } from './current-job.ts';
import type { QueryDeps } from './deps.ts';
import { toExecution } from './job-answer.ts';
import type { LatestProgress } from './latest-progress.ts';
import { resultOf } from './results.ts';

/** `GET /ocr-jobs/:jobId/executions/:executionId`: one execution with its result. */
export const getExecution = (
  deps: QueryDeps,
  latest: LatestProgress,
): RequestHandler<{ jobId: string; executionId: string }> =>
  withContext(async (caller, request, response) => {
    const jobId = parseInput(idParamSchema, request.params.jobId, 'jobId');
    const executionId = parseInput(idParamSchema, request.params.executionId, 'executionId');
    const { executions } = await openJob(deps, caller, jobId);
    const found = executions.find(({ id, removed }) => id === executionId && !removed);
    if (!found) throw new HttpError(404, `Execution ${executionId} of job ${jobId} does not exist`);
    const result = await resultOf(deps.objects, found, deps.log);
    const execution = toExecution(found, { result, progress: latest.of(found) });
    const answer: JobExecution = { jobId, fileId: found.fileId, ...execution };
    response.set('Cache-Control', 'private, no-cache').json(answer);
  });

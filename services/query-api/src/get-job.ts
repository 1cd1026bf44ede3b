import { idParamSchema } from '@inkstream/contracts';
import type { JobView } from '@inkstream/domain';
import { parseInput } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import { openJob } from './current-job.ts';
import type { QueryDeps } from './deps.ts';
import { noneMatch } from './etag.ts';
import { toJob } from './job-answer.ts';
import { loadResults, type Results } from './results.ts';

type Loaded = { readonly view: JobView; readonly results: Results };

/** The job's results; where one is not there, the job may have moved on meanwhile, so it is looked at once more. */
async function withResults(deps: QueryDeps, view: JobView): Promise<Loaded> {
  const results = await loadResults(deps.objects, view, deps.log);
  if (!results.values().some((result) => result === null)) return { view, results };
  const now = await openJob(deps, view.id);
  return now.revision === view.revision ? { view, results } : withResults(deps, now);
}

/** A job's representation changes with its revision and nothing else. */
const etagOf = ({ id, revision }: JobView): string => `W/"${id}-${revision}"`;

/** `GET /ocr-jobs/:id`: the job with its results. */
export const getJob =
  (deps: QueryDeps): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const found = await openJob(deps, parseInput(idParamSchema, request.params.id, 'id'));
    response.set('Cache-Control', 'private, no-cache');
    if (noneMatch(request.get('If-None-Match'), etagOf(found))) {
      response.status(304).set('ETag', etagOf(found)).end();
      return;
    }
    const { view, results } = await withResults(deps, found);
    response.set('ETag', etagOf(view)).json(toJob(view, results));
  };

import { ocrPageSchema } from '@inkstream/contracts';
import type { Turn } from '@inkstream/document-pages';
import type { ExecutionView } from '@inkstream/domain';
import type { WholeJob } from '@inkstream/job-store';
import { HttpError } from '@inkstream/service-kit';
import { z } from 'zod';
import type { QueryDeps } from '../deps.ts';
import { resultOf } from '../results.ts';

/** As much of a result as says how pages are turned. */
const turnsSchema = z.object({ pages: z.array(ocrPageSchema.pick({ number: true, rotation: true })) });

/** Which page of which file, and by whose result it is turned: the newest there is, if nobody is named. */
export interface AskedPage {
  readonly fileId: number;
  /** From 1. */
  readonly page: number;
  readonly executionId?: number | undefined;
}

/** @throws HttpError 404 if an execution is named that is none of the file's. */
function readingOf({ job, executions }: WholeJob, { fileId, executionId }: AskedPage) {
  const ofFile = executions.filter((one) => one.fileId === fileId && !one.removed);
  const isRead = ({ status }: ExecutionView) => status === 'completed';
  if (executionId === undefined) return ofFile.findLast(isRead);
  const named = ofFile.find(({ id }) => id === executionId);
  if (!named)
    throw new HttpError(404, `Execution ${executionId} of file ${fileId} of job ${job.id} does not exist`);
  return named;
}

/**
 * The clockwise turn that makes a page upright, as it is decoded: the one that a result says, on which its boxes lie.
 * None if there is no result yet, or it does not have the page.
 *
 * @throws HttpError 404 if an execution is named that is none of the file's; what `resultOf` throws.
 */
export async function turnOf(
  { objects, log }: Pick<QueryDeps, 'objects' | 'log'>,
  whole: WholeJob,
  asked: AskedPage,
): Promise<Turn> {
  const reading = readingOf(whole, asked);
  const result = reading ? await resultOf(objects, reading, log) : null;
  if (result === null || result === 'unreadable') return 0;
  const pages = turnsSchema.safeParse(JSON.parse(result.text)).data?.pages ?? [];
  return pages.find(({ number }) => number === asked.page)?.rotation ?? 0;
}

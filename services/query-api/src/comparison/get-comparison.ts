import { type Comparison, idParamSchema, ocrResultSchema, type Receipt } from '@inkstream/contracts';
import type { ExecutionView } from '@inkstream/domain';
import { parseInput, withContext } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';
import { noSuchFile, openJob, staleness } from '../current-job.ts';
import type { QueryDeps } from '../deps.ts';
import { resultOf } from '../results.ts';
import { compareReceipts } from './compare-receipts.ts';

/** As much of a result as is compared. */
const readSchema = ocrResultSchema.pick({ receipts: true });

/** The latest execution of each provider that has read the file, in the order of their ids. */
function latestOfEach(executions: readonly ExecutionView[], fileId: number): ExecutionView[] {
  const latest = new Map<string, ExecutionView>();
  for (const one of executions)
    if (one.fileId === fileId && one.status === 'completed' && !one.removed) {
      latest.delete(one.ocrProvider);
      latest.set(one.ocrProvider, one);
    }
  return [...latest.values()];
}

/** The receipts that an execution found; null if its result is missing or damaged. */
async function receiptsOf({ objects, log }: QueryDeps, execution: ExecutionView): Promise<Receipt[] | null> {
  const result = await resultOf(objects, execution, log);
  if (result === null || result === 'unreadable') return null;
  return readSchema.safeParse(JSON.parse(result.text)).data?.receipts ?? null;
}

/** `GET /ocr-jobs/:jobId/files/:fileId/comparison`: what the providers that have read a file say, side by side. */
export const getComparison = (deps: QueryDeps): RequestHandler<{ jobId: string; fileId: string }> =>
  withContext(async (caller, request, response) => {
    const jobId = parseInput(idParamSchema, request.params.jobId, 'jobId');
    const fileId = parseInput(idParamSchema, request.params.fileId, 'fileId');
    const found = await openJob(deps, caller, jobId);
    if (!found.job.files.some(({ id }) => id === fileId)) throw noSuchFile(jobId, fileId);
    const readings: { readonly execution: ExecutionView; readonly receipts: Receipt[] | null }[] = [];
    // One after another: of each result, which may be large, its receipts alone are kept.
    for (const execution of latestOfEach(found.executions, fileId))
      readings.push({ execution, receipts: await receiptsOf(deps, execution) });
    const most = Math.max(0, ...readings.map(({ receipts }) => receipts?.length ?? 0));
    const comparison: Comparison = {
      jobId,
      fileId,
      executions: readings.map(({ execution: { id, ocrProvider, result }, receipts }) => ({
        id,
        ocrProvider,
        model: result?.model ?? '',
        receipts: receipts?.length ?? null,
      })),
      receipts: Array.from({ length: most }, (_, at) =>
        compareReceipts(
          readings.flatMap(({ execution: { id: executionId, ocrProvider }, receipts }) => {
            const receipt = receipts?.[at];
            return receipt ? [{ executionId, ocrProvider, receipt }] : [];
          }),
        ),
      ),
    };
    response.set({ 'Cache-Control': 'private, no-cache', ...staleness(found) }).json(comparison);
  });

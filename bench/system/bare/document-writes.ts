import type { ReadModel } from '@inkstream/read-model';
import { viewsOf } from '../jobs.ts';
import type { Jobs } from '../seed.ts';

/** As the projection has it. */
const BATCH_DOCUMENTS = 256;

/** Writes what the events of these jobs amount to, once, into documents that are dropped again. Returns seconds. */
export async function writeDocuments(readModel: ReadModel, { first, count }: Jobs): Promise<number> {
  const views = Array.from({ length: count }, (_, index) => viewsOf(first + index));
  const generation = await readModel.startGeneration();
  const started = performance.now();
  for (let start = 0; start < views.length; start += BATCH_DOCUMENTS) {
    const batch = views.slice(start, start + BATCH_DOCUMENTS);
    await generation.replaceExecutions(batch.map(({ execution }) => ({ view: execution, over: null })));
    await generation.replaceJobs(batch.map(({ job }) => ({ view: job, over: null })));
  }
  const seconds = (performance.now() - started) / 1_000;
  await generation.discard();
  return seconds;
}

import type { Caller, JobFile } from '@inkstream/domain';
import { HttpError } from '@inkstream/service-kit';
import { noSuchFile, openJob } from '../current-job.ts';
import type { QueryDeps } from '../deps.ts';

/** Storing one may take so long, ms. Longer than that after its deletion nothing is stored. */
const STORE_LIMIT_MS = 30_000;

/** A file, of the job that had this uid when it was asked for. */
export interface OfFile {
  readonly caller: Caller;
  readonly jobId: number;
  readonly uid: string;
  readonly file: JobFile;
}

type Standing = 'there' | 'deleted' | 'unknown';

/** Whether the file is there now, as the event store has it. */
async function standingOf(deps: QueryDeps, { caller, jobId, uid, file }: OfFile): Promise<Standing> {
  try {
    const { job, asListed } = await openJob(deps, caller, jobId);
    if (asListed) return 'unknown';
    return job.uid === uid && job.files.some(({ id }) => id === file.id) ? 'there' : 'deleted';
  } catch (error) {
    if (error instanceof HttpError && error.statusCode === 404) return 'deleted';
    throw error;
  }
}

/**
 * Stores a picture, and then looks whether its file is still there: if not, or if nobody knows, it is removed. What a
 * killed process leaves, or one whose event store was behind, the housekeeper removes. A client gets its picture though
 * it could not be stored.
 *
 * @throws HttpError 404 if the file, or the job, was deleted meanwhile.
 */
export async function keepPicture(deps: QueryDeps, key: string, picture: Buffer, of: OfFile): Promise<void> {
  const { objects, log } = deps;
  let standing: Standing = 'unknown';
  try {
    await objects.put(key, picture, { signal: AbortSignal.timeout(STORE_LIMIT_MS) });
    standing = await standingOf(deps, of);
  } catch (err) {
    log.warn({ err, key }, 'a picture could not be kept');
  }
  if (standing === 'there') return;
  await objects.delete(key).catch((err) => log.warn({ err, key }, 'a picture is left to the housekeeper'));
  if (standing === 'deleted') throw noSuchFile(of.jobId, of.file.id);
}

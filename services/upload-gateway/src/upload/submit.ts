import { type AutoPolicy, type DeletedJob, DomainError, type OpenJob } from '@inkstream/domain';
import { type EventStore, StaleReadError } from '@inkstream/event-store';
import { type BegunUpload, executeOnJob, moveUpload, newJob, readJob } from '@inkstream/job-store';
import { currentTraceparent, HttpError, type RequestContext } from '@inkstream/service-kit';
import type { PlaceOfFile } from '../jobs/passwords.ts';
import type { Form } from './form.ts';
import { claimKey, fingerprintOf, fingerprintOfJob, type HeldClaim } from './idempotency.ts';

/** An upload whose files are stored, under its uid. */
export interface Upload extends BegunUpload {
  readonly form: Form;
  /** How old a result may be that is reused for its tenant, hours. */
  readonly reuseHours: number;
  /** What `auto` stands for, if anything. */
  readonly auto: AutoPolicy | undefined;
  /** Stores a file's password, encrypted, once for each of so many executions; none if there is none. Resolves with the keys. */
  keepPassword(
    password: string | undefined,
    place: PlaceOfFile,
    executions: number,
  ): Promise<readonly string[]>;
  /** Removes the stored files again; what it cannot remove it leaves to the orphan sweep. */
  discard(): Promise<void>;
}

const COME_AGAIN = { 'Retry-After': '1' };
const gone = () => new HttpError(410, 'The job that this Idempotency-Key stands for is deleted');

/** The job that is there: this upload's, or that of another one, which came first. */
async function submit(
  eventStore: EventStore,
  { uid, form, auto, reuseHours, keepPassword, discard }: Upload,
  jobId: number,
  caller: RequestContext,
): Promise<OpenJob | DeletedJob> {
  const passwordKeys = await Promise.all(
    form.files.map(({ password, providers }, index) =>
      keepPassword(password, { uid, jobId, fileId: index + 1 }, providers.length),
    ),
  ).catch(async (error) => {
    await discard();
    throw error;
  });
  const command = {
    type: 'SubmitJob',
    uid,
    tenant: caller.tenant,
    name: form.jobName,
    priority: form.priority,
    auto,
    reuseHours,
    files: form.files.map(({ name, mimeType, bytes, sha256, storageKey, providers, pages }, index) => ({
      originalName: name,
      mimeType,
      bytes,
      sha256,
      storageKey,
      providers,
      pages,
      passwordKeys: passwordKeys[index],
    })),
  } as const;
  const context = { caller, traceparent: currentTraceparent(), known: newJob };
  const { state } = await executeOnJob(eventStore, jobId, command, context).catch((error) => {
    if (!(error instanceof DomainError) || error.code !== 'job_exists') throw error;
    return readJob(eventStore, jobId);
  });
  if ('uid' in state) return state;
  throw new StaleReadError(`Job ${jobId} is there, and was not read`);
}

/** The id that the upload is to be submitted under, or has been under by another request: then `isThere`. */
type Claimed = { readonly jobId: number; readonly isThere: boolean };

/**
 * What the key stands for: this upload, or one that came first. If that one was not submitted yet, this upload is to be
 * the job in its place, with its own files: none are copied, so nothing that was deleted comes back. A key whose job
 * was abandoned, since its first request broke off long ago, is claimed again.
 */
async function claimJob(
  eventStore: EventStore,
  { jobId, uid, form }: Upload,
  key: string,
  tenant: string,
): Promise<Claimed> {
  const own = { jobId, uid, fingerprint: fingerprintOf(form) };
  for (let over: HeldClaim | undefined; ; ) {
    const claim = await claimKey(eventStore, { tenant, key }, own, over);
    if (claim.fingerprint !== own.fingerprint)
      throw new HttpError(422, 'This Idempotency-Key was used for another upload; send another key');
    if (claim.uid === uid) return { jobId, isThere: false };
    const { state } = await readJob(eventStore, claim.jobId);
    if (state.status === 'deleted') throw gone();
    if (state.status === 'open') return { jobId: claim.jobId, isThere: true };
    if (state.status === 'absent') {
      await moveUpload(eventStore, { jobId, uid }, claim.jobId).catch((error) => {
        if (!(error instanceof StaleReadError)) throw error;
        throw new DomainError(
          'job_abandoned',
          'The upload took so long that it was removed; upload it again',
        );
      });
      return { jobId: claim.jobId, isThere: false };
    }
    over = claim;
  }
}

/** Whether the upload is the job now; if not, another one is, which asked for the same. */
async function becomesJob(
  eventStore: EventStore,
  upload: Upload,
  jobId: number,
  caller: RequestContext,
  key: string | null,
): Promise<boolean> {
  const job = await submit(eventStore, upload, jobId, caller);
  if (job.uid === upload.uid) return true;
  const isSame = job.status === 'open' && fingerprintOfJob(job) === fingerprintOf(upload.form);
  if (key !== null && isSame) return false;
  if (key !== null && job.status === 'deleted') throw gone();
  throw new HttpError(503, 'The id of this upload was given twice; upload it again', COME_AGAIN);
}

/**
 * Makes a stored upload a job; returns the job's id. A key that was used before is the job that it was used for.
 *
 * If it is certain that the upload is not the job, its files are removed. Otherwise a failure removes nothing: the
 * append may have been done after all, and the orphan sweep decides later.
 *
 * @throws HttpError 422 if the key was used for another upload, 410 if its job is deleted.
 * @throws DomainError `job_abandoned` if the sweep has removed its files meanwhile.
 */
export async function submitUpload(
  eventStore: EventStore,
  upload: Upload,
  caller: RequestContext,
  key: string | null,
): Promise<number> {
  try {
    const { jobId, isThere } =
      key === null
        ? { jobId: upload.jobId, isThere: false }
        : await claimJob(eventStore, upload, key, caller.tenant);
    if (isThere || !(await becomesJob(eventStore, upload, jobId, caller, key))) await upload.discard();
    return jobId;
  } catch (error) {
    if (error instanceof HttpError || error instanceof DomainError) await upload.discard();
    throw error;
  }
}

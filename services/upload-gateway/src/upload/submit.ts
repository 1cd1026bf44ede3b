import { DomainError, jobObjects } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { execute, newJob, readJob } from '@inkstream/job-store';
import type { ObjectStore } from '@inkstream/object-store';
import { currentTraceparent, HttpError } from '@inkstream/service-kit';
import type { Assignment, Form } from './form.ts';
import { claimKey, fingerprintOf, type HeldClaim } from './idempotency.ts';

export interface Stores {
  readonly eventStore: EventStore;
  readonly objects: ObjectStore;
}

/** An upload whose files are stored. */
export interface Upload {
  readonly jobId: number;
  readonly form: Form;
  /** Removes the stored files again; what it can not remove it leaves to the orphan sweep. */
  discard(): Promise<void>;
}

/** Submits the job; where it is there already, it is the same one, submitted by a repeat of the request. */
async function submit({ eventStore }: Stores, jobId: number, { jobName, files }: Form): Promise<void> {
  const command = {
    type: 'SubmitJob',
    name: jobName,
    files: files.map(({ name, mimeType, bytes, sha256, storageKey, provider }) => ({
      originalName: name,
      mimeType,
      bytes,
      sha256,
      storageKey,
      provider,
    })),
  } as const;
  const context = { traceparent: currentTraceparent(), known: newJob };
  await execute(eventStore, jobId, command, context).catch((error) => {
    if (!(error instanceof DomainError) || error.code !== 'job_exists') throw error;
  });
}

/** Copies the files to where they would be had they been uploaded for that job. */
async function copyTo({ objects }: Stores, from: number, to: number, files: readonly Assignment[]) {
  const copies: Assignment[] = [];
  for (const file of files) {
    const storageKey = file.storageKey.replace(jobObjects(from), jobObjects(to));
    await objects.put(storageKey, await objects.get(file.storageKey));
    copies.push({ ...file, storageKey });
  }
  return copies;
}

/**
 * The job that the key stands for: this upload's, or one that came first and may be submitted already. A key whose job
 * was abandoned, since its first request broke off long ago, is claimed anew.
 *
 * @throws HttpError 422 where the key was used for another upload.
 */
async function claimJob({ eventStore }: Stores, { jobId, form, discard }: Upload, key: string) {
  const own = { jobId, fingerprint: fingerprintOf(form) };
  for (let over: HeldClaim | undefined; ; ) {
    const claim = await claimKey(eventStore, key, own, over);
    if (claim.fingerprint !== own.fingerprint) {
      await discard();
      throw new HttpError(422, 'This Idempotency-Key was used for another upload');
    }
    if (claim.jobId === jobId) return { jobId, submitted: false };
    const { state } = await readJob(eventStore, claim.jobId);
    if (state.status !== 'abandoned') return { jobId: claim.jobId, submitted: state.status !== 'absent' };
    over = claim;
  }
}

/**
 * Makes a stored upload a job; returns the job's id. A key that was used before gives the job that it was used for,
 * which is completed where the first request broke off between its claim and its job.
 *
 * From the claim on nothing is discarded on a failure: the append may have been done after all, and the orphan sweep
 * decides later.
 *
 * @throws HttpError 422 where the key was used for another upload.
 * @throws DomainError `job_abandoned` where the sweep has removed its files meanwhile.
 */
export async function submitUpload(stores: Stores, upload: Upload, key: string | null): Promise<number> {
  const { jobId, form } = upload;
  const claimed = key === null ? { jobId, submitted: false } : await claimJob(stores, upload, key);
  if (claimed.jobId === jobId) {
    await submit(stores, jobId, form);
    return jobId;
  }
  if (!claimed.submitted) {
    const files = await copyTo(stores, jobId, claimed.jobId, form.files);
    await submit(stores, claimed.jobId, { ...form, files });
  }
  await upload.discard();
  return claimed.jobId;
}

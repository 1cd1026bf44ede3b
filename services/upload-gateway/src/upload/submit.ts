import { DomainError, jobObjects } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { execute, newJob, readJob } from '@inkstream/job-store';
import type { ObjectStore } from '@inkstream/object-store';
import { currentTraceparent, HttpError } from '@inkstream/service-kit';
import type { Assignment, Form } from './form.ts';
import { claimKey, fingerprintOf } from './idempotency.ts';

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
 * Makes a stored upload a job; returns the job's id. A key that was used before gives the job that it was used for,
 * which is completed where the first request broke off between its claim and its job.
 *
 * From the claim on nothing is discarded on a failure: the append may have been done after all, and the orphan sweep
 * decides later.
 *
 * @throws HttpError 422 where the key was used for another upload.
 */
export async function submitUpload(stores: Stores, upload: Upload, key: string | null): Promise<number> {
  const { jobId, form } = upload;
  const claim =
    key === null ? null : await claimKey(stores.eventStore, key, { jobId, fingerprint: fingerprintOf(form) });
  if (claim === null || claim.jobId === jobId) {
    await submit(stores, jobId, form);
    return jobId;
  }
  if (claim.fingerprint !== fingerprintOf(form)) {
    await upload.discard();
    throw new HttpError(422, 'This Idempotency-Key was used for another upload');
  }
  const { state } = await readJob(stores.eventStore, claim.jobId);
  if (state.status === 'absent') {
    const files = await copyTo(stores, jobId, claim.jobId, form.files);
    await submit(stores, claim.jobId, { ...form, files });
  }
  await upload.discard();
  return claim.jobId;
}

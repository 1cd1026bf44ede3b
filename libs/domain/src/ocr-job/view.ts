import type { RecordedJobEvent } from '../recorded.ts';
import type { JobFile } from './events.ts';
import { emptyTally, type JobStatus, jobStatus, type Tally } from './status.ts';

/** A job as its own stream tells it, without what became of its executions. */
export type JobRecord = {
  readonly id: number;
  readonly uid: string;
  readonly tenant: string;
  /** Of the last event folded in. */
  readonly revision: number;
  readonly deleted: boolean;
  readonly name: string;
  readonly createdAt: string;
  /** When the job itself changed last, ISO 8601 UTC. */
  readonly changedAt: string;
  readonly files: readonly JobFile[];
};

/**
 * A job as clients see it: the document of the read model. Its executions are documents of their own; what they add up
 * to is here. A deleted job keeps its ids and revision alone, so that a late message can't bring it back.
 */
export type JobView = JobRecord & {
  readonly status: JobStatus;
  readonly tally: Tally;
  /** When the job or one of its executions changed last, ISO 8601 UTC. */
  readonly updatedAt: string;
};

/** What a job's executions add up to. `changedAt`: when one of them changed last; null if there is none. */
export type ExecutionSummary = { readonly tally: Tally; readonly changedAt: string | null };

/**
 * The job after the event that follows it: `event.revision` is one more than the record's, or the record is null. A
 * deletion is enough without the events before it, which may be truncated; nothing brings the job back after it.
 */
export function foldJob(record: JobRecord | null, event: RecordedJobEvent): JobRecord | null {
  const { jobId: id, uid, revision, recordedAt, caller } = event;
  if (record?.deleted) return { ...record, revision };
  if (event.type === 'JobDeleted')
    return {
      id,
      uid,
      tenant: caller.tenant,
      revision,
      deleted: true,
      name: '',
      createdAt: recordedAt,
      changedAt: recordedAt,
      files: [],
    };
  if (!record && event.type === 'JobSubmitted') {
    const { tenant, name, files } = event.data;
    return {
      id,
      uid,
      tenant,
      revision,
      deleted: false,
      name,
      createdAt: recordedAt,
      changedAt: recordedAt,
      files,
    };
  }
  if (!record) return null;
  const files =
    event.type === 'FileDeleted'
      ? record.files.filter((file) => file.id !== event.data.fileId)
      : record.files;
  return { ...record, revision, changedAt: recordedAt, files };
}

/** The job with what its executions add up to. A deleted job has none. */
export function viewOf(record: JobRecord, { tally, changedAt }: ExecutionSummary): JobView {
  if (record.deleted) return { ...record, status: 'failed', tally: emptyTally, updatedAt: record.changedAt };
  const updatedAt = changedAt !== null && changedAt > record.changedAt ? changedAt : record.changedAt;
  return { ...record, status: jobStatus(tally), tally, updatedAt };
}

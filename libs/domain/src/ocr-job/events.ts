/** A document as it is stored. `bytes` is its size, `sha256` lower-case hex, `storageKey` its object's key. */
export type StoredDocument = {
  readonly mimeType: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly storageKey: string;
};

/** A file of a job, as it was uploaded. */
export type JobFile = StoredDocument & { readonly id: number; readonly originalName: string };

/** Bulk work takes what interactive work leaves. */
export const PRIORITIES = ['interactive', 'bulk'] as const;
export type Priority = (typeof PRIORITIES)[number];

export type JobSubmitted = {
  /** UUIDv7: an id may come twice, when an older log was restored, a uid never does. */
  readonly uid: string;
  readonly tenant: string;
  readonly name: string;
  readonly files: readonly JobFile[];
  /** How many executions it was submitted with, in the order of its files; one for each of them if it is absent. */
  readonly executions?: number;
};

/**
 * Whether a result of the same bytes may stand in for this reading: one that is no older than so many hours. `anew`: no
 * other one stands in for it, since a person asks for the file to be read again; its own result may be reused later.
 */
export type Reuse = { readonly hours: number; readonly anew?: true };

/** Other providers are to be asked, one after another, until a reading is good enough: what was asked for is `auto`. */
export type Escalation = {
  /** Whom to ask after the first, in this order; at least one. */
  readonly next: readonly string[];
  /** The names of the fields of a receipt that make a reading good enough, if each is there and no check of it failed. */
  readonly fields: readonly string[];
  /** What the confidence of each of them has to reach, 0 to 1, if there is one. */
  readonly confidence: number;
};

/** What is asked of a provider: to read this, whatever other events say. */
export type AskedReading = {
  readonly fileId: number;
  /** What is to be read: whoever works on it needs no other event, however many files the job has. */
  readonly document: StoredDocument;
  /** `interactive` if it is absent. */
  readonly priority?: Priority;
  /** The numbers of the pages to read, from 1, in ascending order and each once; all of them if it is absent. */
  readonly pages?: readonly number[];
  /** As the tenant had it when this was asked for; nothing is reused if it is absent. */
  readonly reuse?: Reuse;
  /** The key of the object that holds the document's password, sealed, until the execution has ended. */
  readonly passwordKey?: string;
  /** The provider's reading is what was asked for, good or not, if it is absent. */
  readonly escalation?: Escalation;
};

export type ExecutionRequested = AskedReading & {
  readonly executionId: number;
  /** Who is asked first. */
  readonly provider: string;
};

export type FileDeleted = { readonly fileId: number; readonly reason: string };

/** All that is left of a job, so it says whose objects and which executions (1 to `executions`) go with it. */
export type JobDeleted = { readonly uid: string; readonly executions: number; readonly reason: string };

/** What can happen to a job as a whole, by event type. */
export type JobEventData = {
  JobSubmitted: JobSubmitted;
  ExecutionRequested: ExecutionRequested;
  FileDeleted: FileDeleted;
  JobDeleted: JobDeleted;
};
export type JobEventType = keyof JobEventData;
export type JobEvent = {
  [T in JobEventType]: { readonly type: T; readonly data: JobEventData[T] };
}[JobEventType];

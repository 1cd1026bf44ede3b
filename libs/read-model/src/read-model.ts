import type {
  ExecutionErrorCode,
  ExecutionKey,
  ExecutionStatus,
  ExecutionSummary,
  ExecutionView,
  JobStatus,
  JobView,
} from '@inkstream/domain';

export const SORT_FIELDS = ['id', 'name', 'status', 'createdAt', 'updatedAt'] as const;
export type SortField = (typeof SORT_FIELDS)[number];

/** Matches of a search are counted up to this number; beyond it, they are known to be at least this many. */
export const MAX_COUNTED = 10_000;

/** How much work a list may be. Tests take less. */
export interface ListLimits {
  /** Matches of a search are counted up to this number. */
  readonly counted: number;
  /** How many entries one page examines to find those that match. */
  readonly examined: number;
}
export const LIST_LIMITS: ListLimits = { counted: MAX_COUNTED, examined: 20_000 };

/** Where a page of a list begins: at a page number, from 1, or after the last entry of another page. */
export type PageStart = { readonly page: number } | { readonly cursor: string };

export interface JobQuery {
  readonly tenant: string;
  readonly start: PageStart;
  /** Jobs a page. */
  readonly limit: number;
  /** Names are ordered by code point, times as times, statuses by name. */
  readonly sort: { readonly field: SortField; readonly direction: 'asc' | 'desc' };
  readonly status?: JobStatus | undefined;
  /** Jobs with this text, as `searchKey` folds it, in their name or in the original name of one of their files. */
  readonly search?: string | undefined;
}

export interface JobSummary {
  readonly id: number;
  readonly name: string;
  readonly status: JobStatus;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly fileCount: number;
}

/**
 * A page may hold fewer than were asked for, even none, though more follow: if matches are so rare that as many entries
 * as are looked at for one page (`ListLimits.examined`) hold no more. `next` goes on from there.
 */
export interface JobPage {
  readonly data: readonly JobSummary[];
  /** How many jobs there are in all; of a search no more than `ListLimits.counted`. */
  readonly total: number;
  /** Whether there may be more than `total`. */
  readonly totalIsAtLeast: boolean;
  /** Begins the next page; null on the last one. It skips and repeats no job, whichever come and go meanwhile. */
  readonly next: string | null;
}

/** Executions of files that are not deleted, those requested last first; of the same time by job and id, descending. */
export interface ExecutionQuery {
  readonly tenant: string;
  readonly limit: number;
  /** Of the page before. */
  readonly cursor?: string | undefined;
  readonly status?: ExecutionStatus | undefined;
  readonly provider?: string | undefined;
  readonly errorCode?: ExecutionErrorCode | undefined;
  readonly jobId?: number | undefined;
}

/** As short as a `JobPage` may be, for the same reason. */
export interface ExecutionPage {
  readonly data: readonly ExecutionView[];
  readonly next: string | null;
}

/** A document and its version, which no other writing of it has, in no generation. */
export interface Stored<View> {
  readonly view: View;
  readonly version: number;
}

/** A document and the version of the one that it takes the place of: null if there must be none yet. */
export interface Replacement<View> {
  readonly view: View;
  readonly over: number | null;
}

/** Names an execution in a map. */
export const executionKeyOf = ({ jobId, executionId }: ExecutionKey): string => `${jobId}/${executionId}`;

/** One complete set of documents: jobs and executions. */
export interface Documents {
  /** Each job by its id, deleted ones (tombstones) included; ids without one are absent. */
  getJobs(ids: readonly number[]): Promise<Map<number, Stored<JobView>>>;
  /** Each execution by `executionKeyOf`, removed ones included; keys without one are absent. */
  getExecutions(keys: readonly ExecutionKey[]): Promise<Map<string, Stored<ExecutionView>>>;
  /** All executions of a job by their ids, removed ones included. */
  executionsOf(jobId: number): Promise<Stored<ExecutionView>[]>;
  /** What the executions of each job add up to, as they stand once everything written before is counted. */
  summarise(jobIds: readonly number[]): Promise<Map<number, ExecutionSummary>>;
  /** Writes the jobs whose version is the expected one, all others stay as they are: true for each one written. */
  replaceJobs(replacements: readonly Replacement<JobView>[]): Promise<boolean[]>;
  /** The same for executions. */
  replaceExecutions(replacements: readonly Replacement<ExecutionView>[]): Promise<boolean[]>;
  /** Removes all executions of these jobs, but those of the job with the uid `keep`. */
  dropExecutions(jobIds: readonly number[], keep?: string): Promise<void>;
}

/** A set of documents in the making, invisible to readers until it is activated. */
export interface Generation extends Documents {
  /** From now on this is what readers see and writers write; the one before is dropped. Atomic. */
  activate(): Promise<void>;
  /** Drops it; once it is active this does nothing. */
  discard(): Promise<void>;
}

/**
 * The documents that reads are served from. All of it can be dropped and rebuilt from the event store.
 *
 * Promises, which `readModelContract` tests on every adapter:
 * - A document is replaced only over the version that was read, also by concurrent writers.
 * - Listings leave tombstones and removed executions out and are served from indexes, all of which begin with the
 *   tenant; jobs by any sort, ties broken by id in the same direction.
 * - A generation is filled while the active one serves, and takes its place in one step.
 * - Store faults are `ReadModelUnavailableError`, whose `transient` is true.
 * - A document that is too large or otherwise refused by the store harms no other one of its batch: it is a
 *   `DocumentRefusedError` that names it, once the others are written.
 */
export interface ReadModel extends Documents {
  /** @throws InvalidCursorError if the cursor is not of this query. */
  listJobs(query: JobQuery): Promise<JobPage>;
  /** @throws InvalidCursorError if the cursor is not of this query. */
  listExecutions(query: ExecutionQuery): Promise<ExecutionPage>;
  /**
   * Of all tenants: executions that are not final and were requested before this time (ISO 8601 UTC), the oldest first,
   * of the same time by job and id; those that follow `after`.
   */
  unfinishedExecutions(
    requestedBefore: string,
    limit: number,
    after?: ExecutionView,
  ): Promise<ExecutionView[]>;
  /** All jobs of the active generation by id, tombstones included; goes on in the next one if they switch. */
  allJobs(): AsyncIterable<JobView>;
  /** Starts a generation; one that was started before and never activated is dropped. */
  startGeneration(): Promise<Generation>;
  /** Rejects with `ReadModelUnavailableError` if the store does not answer. */
  ping(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

import type { JobStatus, JobView } from '@inkstream/domain';

export const SORT_FIELDS = ['id', 'name', 'status', 'createdAt', 'updatedAt'] as const;
export type SortField = (typeof SORT_FIELDS)[number];

export interface ListQuery {
  /** Counts from 1. */
  readonly page: number;
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
  readonly revision: number;
  readonly name: string;
  readonly status: JobStatus;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly fileCount: number;
}

/** A document and the revision of the one that it takes the place of: null where there must be none yet. */
export interface Replacement {
  readonly view: JobView;
  readonly over: number | null;
}

/** One complete set of documents. */
export interface Documents {
  /** Each document by its id, deleted ones (tombstones) included; ids without one are absent. */
  get(ids: readonly number[]): Promise<Map<number, JobView>>;
  /**
   * Writes the documents that still stand where they are believed to, all others stay as they are: true for each
   * that was written.
   */
  replace(replacements: readonly Replacement[]): Promise<boolean[]>;
}

/** A set of documents in the making, invisible to readers until it is activated. */
export interface Generation extends Documents {
  /** From now on this is what readers see and writers write; the one before is dropped. Atomic. */
  activate(): Promise<void>;
  /** Drops it; once it is active this does nothing. */
  discard(): Promise<void>;
}

/**
 * The documents that reads are served from. All of it can be dropped and made anew from the event store.
 *
 * Promises, which `readModelContract` tests on every adapter:
 * - A document is replaced only over the revision that it follows, also by concurrent writers.
 * - Listings leave tombstones out and are served from indexes, by any sort, ties broken by id in the same direction.
 * - A generation is filled while the active one serves, and takes its place in one step.
 * - Engine faults are `ReadModelUnavailableError`, whose `transient` is true.
 */
export interface ReadModel extends Documents {
  list(query: ListQuery): Promise<{ data: JobSummary[]; total: number }>;
  /** All documents of the active generation by id, tombstones included; goes on in the next one where they switch. */
  all(): AsyncIterable<JobView>;
  /** Starts a generation; one that was started before and never activated is dropped. */
  startGeneration(): Promise<Generation>;
  /** Rejects with `ReadModelUnavailableError` where the engine does not answer. */
  ping(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

import { type ExecutionView, isFinal } from '@inkstream/domain';
import { executionKeyOf } from '../read-model.ts';
import { sortable } from './job-document.ts';

/** An execution as it is stored: its view, and beside it what lists are served from. */
export type ExecutionDocument = ExecutionView & {
  /** As `executionKeyOf` has it. */
  readonly _id: string;
  readonly version: number;
  /** When it was requested, made unique by its ids: where it stands in a list. */
  readonly requested: string;
  /** As `requested`; null once it is final. */
  readonly unfinishedSince: string | null;
};

/** Where an execution stands among all, the one that was requested last at the end. */
export const requestedOf = ({ createdAt, jobId, id }: ExecutionView): string =>
  `${createdAt}/${sortable(jobId)}/${sortable(id)}`;

export function toExecutionDocument(view: ExecutionView, version: number): ExecutionDocument {
  const { jobId, id, status } = view;
  const requested = requestedOf(view);
  return {
    _id: executionKeyOf({ jobId, executionId: id }),
    ...view,
    version,
    requested,
    unfinishedSince: isFinal(status) ? null : requested,
  };
}

/** What views are read without. */
export const EXECUTION_VIEW = { _id: 0, requested: 0, unfinishedSince: 0 } as const;

export const toExecution = ({
  version: _,
  ...view
}: Omit<ExecutionDocument, keyof typeof EXECUTION_VIEW>): ExecutionView => view;

/**
 * The indexes of executions. All that serve clients begin with the tenant; `job` serves what knows the job, and has in
 * it all that its executions are summarised by. `unfinished` is of all tenants, for the housekeeper.
 */
export const EXECUTION_INDEXES = [
  { name: 'all', key: { tenant: 1, removed: 1, requested: 1 } },
  { name: 'status', key: { tenant: 1, removed: 1, status: 1, requested: 1 } },
  { name: 'provider', key: { tenant: 1, removed: 1, ocrProvider: 1, requested: 1 } },
  { name: 'errorCode', key: { tenant: 1, removed: 1, 'error.code': 1, requested: 1 } },
  { name: 'job', key: { jobId: 1, status: 1, attempt: 1, updatedAt: 1 } },
  { name: 'unfinished', key: { unfinishedSince: 1 } },
] as const;

import { type ExecutionView, emptyTally, type JobView } from '@inkstream/domain';
import type {
  Documents,
  ExecutionQuery,
  JobQuery,
  ListLimits,
  ReadModel,
  Replacement,
} from '../read-model.ts';

export interface ReadModelSubject {
  readonly model: ReadModel;
  /** Another connection to the same documents; the suite closes it. */
  connect(): Promise<ReadModel>;
  /** Removes the documents; all connections are closed by then. */
  remove(): Promise<void>;
}

/** Opens an empty read model, a new one at each call. */
export type OpenSubject = (limits?: ListLimits) => Promise<ReadModelSubject>;

/** The read model of the test that runs. */
export type Current = Pick<ReadModelSubject, 'model' | 'connect'>;

/** A time, so many seconds after a certain one. */
export const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 12, 0, second)).toISOString();

/** A job of one file, as it is written first. */
export function job(id: number, changes: Partial<JobView> = {}): JobView {
  const uid = `01936000-0000-7000-8000-${String(id).padStart(12, '0')}`;
  return {
    id,
    uid,
    tenant: 'default',
    revision: 1,
    deleted: false,
    name: `Job ${id}`,
    createdAt: at(id),
    changedAt: at(id),
    files: [
      {
        id: 1,
        originalName: `receipt-${id}.png`,
        mimeType: 'image/png',
        bytes: 1,
        sha256: '0'.repeat(64),
        storageKey: `jobs/${uid}/files/1`,
      },
    ],
    status: 'pending',
    tally: { ...emptyTally, pending: 1 },
    updatedAt: at(id),
    ...changes,
  };
}

export const tombstone = (id: number, revision = 2): JobView =>
  job(id, { revision, deleted: true, name: '', status: 'failed', tally: emptyTally, files: [] });

/** An execution, as it is written first. */
export const execution = (
  jobId: number,
  id: number,
  changes: Partial<ExecutionView> = {},
): ExecutionView => ({
  jobId,
  id,
  uid: job(jobId).uid,
  tenant: 'default',
  revision: -1,
  fileId: 1,
  ocrProvider: 'paddle',
  status: 'pending',
  attempt: 0,
  result: null,
  error: null,
  createdAt: at(jobId),
  updatedAt: at(jobId),
  removed: false,
  ...changes,
});

export const jobQuery = (changes: Partial<JobQuery> = {}): JobQuery => ({
  tenant: 'default',
  start: { page: 1 },
  limit: 20,
  sort: { field: 'id', direction: 'asc' },
  ...changes,
});

export const executionQuery = (changes: Partial<ExecutionQuery> = {}): ExecutionQuery => ({
  tenant: 'default',
  limit: 20,
  ...changes,
});

const fresh = <View>(views: readonly View[]): Replacement<View>[] =>
  views.map((view) => ({ view, over: null }));

export const addJobs = (documents: Documents, ...views: JobView[]) => documents.replaceJobs(fresh(views));
export const addExecutions = (documents: Documents, ...views: ExecutionView[]) =>
  documents.replaceExecutions(fresh(views));

/** Writes a job over whatever version there is. */
export async function putJob(documents: Documents, view: JobView): Promise<void> {
  const over = (await documents.getJobs([view.id])).get(view.id)?.version ?? null;
  const [written] = await documents.replaceJobs([{ view, over }]);
  if (!written) throw new Error(`Job ${view.id} was written by somebody else`);
}

export const jobIn = async (documents: Documents, id: number): Promise<JobView | undefined> =>
  (await documents.getJobs([id])).get(id)?.view;

export const listedIds = async (model: ReadModel, changes: Partial<JobQuery>) =>
  (await model.listJobs(jobQuery(changes))).data.map(({ id }) => id);

/** The ids of all jobs from a page on, each page begun with the cursor of the one before. */
export async function walkJobs(
  model: ReadModel,
  changes: Partial<JobQuery>,
  between: () => Promise<unknown> = async () => {},
): Promise<number[]> {
  const found: number[] = [];
  let start: JobQuery['start'] | null = changes.start ?? { page: 1 };
  while (start) {
    const { data, next } = await model.listJobs(jobQuery({ ...changes, start }));
    found.push(...data.map(({ id }) => id));
    start = next === null ? null : { cursor: next };
    if (start) await between();
  }
  return found;
}

/** All executions that a query finds, `[jobId, id]` each, each page begun with the cursor of the one before. */
export async function walkExecutions(
  model: ReadModel,
  changes: Partial<ExecutionQuery>,
  between: () => Promise<unknown> = async () => {},
): Promise<[number, number][]> {
  const found: [number, number][] = [];
  let cursor: string | undefined;
  do {
    const { data, next } = await model.listExecutions(executionQuery({ ...changes, cursor }));
    found.push(...data.map(({ jobId, id }): [number, number] => [jobId, id]));
    cursor = next ?? undefined;
    if (cursor) await between();
  } while (cursor);
  return found;
}

export async function allIds(model: ReadModel): Promise<number[]> {
  const found: number[] = [];
  for await (const { id } of model.allJobs()) found.push(id);
  return found;
}

import type { JobView } from '@inkstream/domain';
import type { Documents, ListQuery, ReadModel } from '../read-model.ts';

export interface ReadModelSubject {
  readonly model: ReadModel;
  /** Another connection to the same documents; the suite closes it. */
  connect(): Promise<ReadModel>;
  /** Removes the documents; all connections are closed by then. */
  remove(): Promise<void>;
}

/** The read model of the test that runs. */
export type Current = Pick<ReadModelSubject, 'model' | 'connect'>;

/** A time, so many seconds after a certain one. */
export const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 12, 0, second)).toISOString();

/** A job of one file, as it is written first. */
export function view(id: number, changes: Partial<JobView> = {}): JobView {
  const file = { mimeType: 'image/png', bytes: 1, sha256: '0'.repeat(64), executions: [] };
  return {
    id,
    revision: 1,
    deleted: false,
    name: `Job ${id}`,
    status: 'pending',
    createdAt: at(id),
    updatedAt: at(id),
    files: [{ id: 1, originalName: `receipt-${id}.png`, storageKey: `jobs/${id}/files/1`, ...file }],
    removed: [],
    ...changes,
  };
}

export const tombstone = (id: number, revision: number) =>
  view(id, { revision, deleted: true, name: '', status: 'failed', files: [] });
export const query = (changes: Partial<ListQuery> = {}): ListQuery => ({
  page: 1,
  limit: 20,
  sort: { field: 'id', direction: 'asc' },
  ...changes,
});

export const add = (model: Documents, ...views: JobView[]) =>
  model.replace(views.map((one) => ({ view: one, over: null })));

export const listedIds = async (model: ReadModel, changes: Partial<ListQuery>) =>
  (await model.list(query(changes))).data.map(({ id }) => id);

export async function allIds(model: ReadModel): Promise<number[]> {
  const found: number[] = [];
  for await (const { id } of model.all()) found.push(id);
  return found;
}

import type { JobView } from '@inkstream/domain';
import type { ObjectId } from 'mongodb';
import { searchText } from '../search-text.ts';
import { gramsOf } from './grams.ts';

/** A job as it is stored: its view, and beside it what listings and searches are served from. */
export type JobDocument = Omit<JobView, 'id'> & {
  readonly _id: number;
  readonly fileCount: number;
  readonly search: string;
  /** Of `search`; an array, so MongoDB indexes each one. */
  readonly grams: readonly number[];
  /** Which call wrote the document. */
  readonly write: ObjectId;
};

export function toDocument({ id, ...view }: JobView, write: ObjectId): JobDocument {
  const search = view.deleted ? '' : searchText({ id, ...view });
  return { _id: id, ...view, fileCount: view.files.length, search, grams: gramsOf(search), write };
}

/** What `toView` needs. */
export const VIEW = { fileCount: 0, search: 0, grams: 0, write: 0 } as const;

export const toView = ({ _id: id, ...view }: Omit<JobDocument, keyof typeof VIEW>): JobView => ({
  id,
  ...view,
});

/**
 * The indexes of a generation, beside MongoDB's own of `_id`; `docs/read-model.md` says which query each one serves.
 * Tombstones are told apart by the first key, since partial indexes are not everywhere. Each sort ends with the id,
 * its tie-break.
 */
export const INDEXES = [
  { name: 'id', key: { deleted: 1, _id: 1 } },
  { name: 'name', key: { deleted: 1, name: 1, _id: 1 } },
  { name: 'status', key: { deleted: 1, status: 1, _id: 1 } },
  { name: 'createdAt', key: { deleted: 1, createdAt: 1, _id: 1 } },
  { name: 'updatedAt', key: { deleted: 1, updatedAt: 1, _id: 1 } },
  { name: 'status_name', key: { deleted: 1, status: 1, name: 1, _id: 1 } },
  { name: 'status_createdAt', key: { deleted: 1, status: 1, createdAt: 1, _id: 1 } },
  { name: 'status_updatedAt', key: { deleted: 1, status: 1, updatedAt: 1, _id: 1 } },
  { name: 'grams', key: { grams: 1 } },
  {
    name: 'executions',
    key: { 'files.executions.status': 1, 'files.executions.ocrProvider': 1, 'files.executions.updatedAt': 1 },
  },
] as const;

import type { JobView } from '@inkstream/domain';
import { searchText } from '../search-text.ts';
import { gramsOf } from './grams.ts';

/** How many ids are counted together: a segment. */
const SEGMENT = 500;

export const segmentOf = (id: number): number => Math.floor(id / SEGMENT);

/** A job as it is stored: its view, and beside it what listings, counts and searches are served from. */
export type JobDocument = Omit<JobView, 'id'> & {
  readonly _id: number;
  readonly version: number;
  readonly fileCount: number;
  readonly segment: number;
  /** What a list is ordered by, made unique by the id: one value says where an entry stands. */
  readonly by: Readonly<Record<'name' | 'status' | 'createdAt' | 'updatedAt', string>>;
  readonly search: string;
  /** Of `search`; an array, so MongoDB indexes each one. */
  readonly grams: readonly number[];
};

/** An id as text in whose order the ids are. */
export const sortable = (id: number): string => String(id).padStart(16, '0');

export function toJobDocument({ id, ...view }: JobView, version: number): JobDocument {
  const search = view.deleted ? '' : searchText({ id, ...view });
  // No name has a NUL (the least of all characters), so a name comes before those that begin with it.
  const unique = (text: string) => `${text}\0${sortable(id)}`;
  return {
    _id: id,
    ...view,
    version,
    fileCount: view.files.length,
    segment: segmentOf(id),
    by: {
      name: unique(view.name),
      status: unique(view.status),
      createdAt: unique(view.createdAt),
      updatedAt: unique(view.updatedAt),
    },
    search,
    grams: gramsOf(search),
  };
}

/** What views are read without. */
export const JOB_VIEW = { fileCount: 0, segment: 0, by: 0, search: 0, grams: 0 } as const;

export const toJob = ({
  _id: id,
  version: _,
  ...view
}: Omit<JobDocument, keyof typeof JOB_VIEW>): JobView => ({
  id,
  ...view,
});

/**
 * The indexes of jobs, beside MongoDB's own of `_id`; `docs/read-model.md` says which query each one serves. All that
 * serve clients begin with the tenant. Tombstones are told apart by the second key, since partial indexes are not
 * everywhere.
 */
export const JOB_INDEXES = [
  { name: 'id', key: { tenant: 1, deleted: 1, _id: 1 } },
  { name: 'name', key: { tenant: 1, deleted: 1, 'by.name': 1 } },
  { name: 'status', key: { tenant: 1, deleted: 1, 'by.status': 1 } },
  { name: 'createdAt', key: { tenant: 1, deleted: 1, 'by.createdAt': 1 } },
  { name: 'updatedAt', key: { tenant: 1, deleted: 1, 'by.updatedAt': 1 } },
  { name: 'status_id', key: { tenant: 1, deleted: 1, status: 1, _id: 1 } },
  { name: 'status_name', key: { tenant: 1, deleted: 1, status: 1, 'by.name': 1 } },
  { name: 'status_createdAt', key: { tenant: 1, deleted: 1, status: 1, 'by.createdAt': 1 } },
  { name: 'status_updatedAt', key: { tenant: 1, deleted: 1, status: 1, 'by.updatedAt': 1 } },
  { name: 'grams', key: { tenant: 1, grams: 1 } },
  { name: 'segment', key: { segment: 1, deleted: 1, tenant: 1, status: 1 } },
] as const;

import type { Collection, Db } from 'mongodb';
import { EXECUTION_INDEXES, type ExecutionDocument } from './execution-document.ts';
import { JOB_INDEXES, type JobDocument } from './job-document.ts';

/** How many jobs of a segment a tenant has in a status. */
export interface Count {
  readonly tenant: string;
  readonly status: string;
  readonly jobs: number;
}

/** How many jobs there are in a segment of the ids. */
export interface CountDocument {
  /** Of the segment. */
  readonly _id: number;
  readonly version: number;
  readonly counts: readonly Count[];
}

export const COUNT_INDEXES = [{ name: 'tenant', key: { 'counts.tenant': 1 } }] as const;

/** An index of one of the collections, by its name. */
export type IndexName = (
  | typeof JOB_INDEXES
  | typeof EXECUTION_INDEXES
  | typeof COUNT_INDEXES
)[number]['name'];

/** The collections of one generation. */
export interface Collections {
  readonly g: number;
  readonly jobs: Collection<JobDocument>;
  readonly executions: Collection<ExecutionDocument>;
  readonly counts: Collection<CountDocument>;
  /** The option that names an index, so that no planner chooses another one as data grows; none while it is being built. */
  readonly by: (index: IndexName) => { readonly hint?: IndexName };
}

export const collectionsOf = (db: Db, g: number, by: Collections['by']): Collections => ({
  g,
  jobs: db.collection(`jobs_${g}`),
  executions: db.collection(`executions_${g}`),
  counts: db.collection(`counts_${g}`),
  by,
});

const NAME = /^(?:jobs|executions|counts)_(\d+)$/;

/** The generation of a collection; null if it belongs to none. */
export const generationOf = (collection: string): number | null => {
  const [, g] = NAME.exec(collection) ?? [];
  return g === undefined ? null : Number(g);
};

/** All indexes of a generation. */
export const indexesOf = (db: Db, g: number) => [
  { collection: db.collection(`jobs_${g}`), indexes: JOB_INDEXES },
  { collection: db.collection(`executions_${g}`), indexes: EXECUTION_INDEXES },
  { collection: db.collection(`counts_${g}`), indexes: COUNT_INDEXES },
];

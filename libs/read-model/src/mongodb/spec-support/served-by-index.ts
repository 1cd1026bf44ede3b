import type { Document } from 'mongodb';

/** A find or an aggregate as it is sent, in the terms of a find. */
interface Query {
  /** Without the number of its generation. */
  readonly collection: string;
  readonly filter: Document;
  readonly sort: readonly (readonly [string, number])[];
  readonly hint: string | undefined;
}

/** The key patterns of the indexes by their names, of each collection without the number of its generation. */
export type Indexes = Readonly<Record<string, Readonly<Record<string, Document>>>>;

/**
 * What may be compared in the documents that an index leads to, since those are few: the text of a search and the other
 * filters of executions, on a part of the list that has two ends; what a rare gram or a job has.
 */
const COMPARED: Readonly<Record<string, readonly string[]>> = {
  grams: ['deleted', 'status', 'search'],
  job: ['tenant', 'removed', 'ocrProvider', 'error.code'],
  errorCode: ['ocrProvider', 'status'],
  provider: ['status'],
};

const entries = (sort: unknown): [string, number][] =>
  sort instanceof Map ? [...sort] : Object.entries(sort ?? {});

/** The query of a command; null if it reads no documents of a generation. */
export function queryOf(command: Document): Query | null {
  const [, collection] = /^(\w+)_\d+$/.exec(String(command.find ?? command.aggregate)) ?? [];
  if (collection === undefined) return null;
  const { hint } = command;
  if (command.find !== undefined)
    return { collection, filter: command.filter ?? {}, sort: entries(command.sort), hint };
  const stages: Document[] = command.pipeline;
  const stage = (name: string) => stages.find((one) => name in one)?.[name];
  return { collection, filter: stage('$match') ?? {}, sort: entries(stage('$sort')), hint };
}

const isEquality = (condition: unknown): boolean =>
  condition !== undefined && (typeof condition !== 'object' || condition === null);

/** Why a query would read more than one part of an index, compare more than it must, or sort: null if it does not. */
export function whyNotServed(query: Query, indexes: Indexes): string | null {
  const { collection, filter, sort, hint } = query;
  const pattern = hint === undefined ? undefined : indexes[collection]?.[hint];
  if (!pattern) return `there is no index ${hint}`;
  const key = Object.entries(pattern);
  const isWhole = hint === '_id_' && sort[0]?.[0] === '_id';
  if (!isWhole && !((key[0]?.[0] ?? '') in filter)) return `the first key of ${hint} has no condition`;
  const missing = Object.keys(filter).filter((field) => !(field in pattern));
  const compared = COMPARED[hint ?? ''] ?? ['search'];
  const outside = missing.find((field) => !compared.includes(field));
  if (outside) return `${hint} does not hold ${outside}`;
  const fixed = key.findIndex(([field]) => !isEquality(filter[field]));
  const start = sort.length === 0 ? 0 : key.findIndex(([field]) => field === sort[0]?.[0]);
  if (start < 0 || (fixed >= 0 && start > fixed)) return `${hint} is not in the order of ${sort[0]?.[0]}`;
  const turns = sort.map(([field, direction], n) => {
    const [name, order] = key[start + n] ?? [];
    return name === field ? Number(order) * direction : 0;
  });
  return turns.every((turn) => turn !== 0 && turn === turns[0]) ? null : `${hint} is in another order`;
}

const SCANS = ['COLLSCAN', 'SORT', 'SORT_SIMPLE', 'SORT_DEFAULT', 'SORT_MERGE'];

/** The names of all stages of an explained plan, those of rejected plans left out. */
export function stagesOf(plan: unknown): string[] {
  if (typeof plan !== 'object' || plan === null) return [];
  return Object.entries(plan).flatMap(([name, value]) => {
    if (name === 'rejectedPlans') return [];
    return name === 'stage' && typeof value === 'string' ? [value] : stagesOf(value);
  });
}

/** Why an explained plan is not served by an index; null if it is. */
export function whyNotPlanned(plan: unknown): string | null {
  const stages = stagesOf(plan);
  const scan = stages.find((stage) => SCANS.includes(stage));
  if (scan) return `the plan has a ${scan}`;
  return stages.some((stage) => /IXSCAN|COUNT_SCAN|IDHACK|EXPRESS/.test(stage))
    ? null
    : 'no index is in the plan';
}

import type { JobStatus } from '@inkstream/domain';
import type { Collections, Count } from './collections.ts';
import { segmentOf } from './job-document.ts';
import { replaceVersions } from './replace.ts';

/** Each lost race means that another writer got on. */
const MAX_RACES = 50;
/** Segments that are counted at once if all are. */
const SLICE = 20;

interface Counted {
  readonly _id: { readonly segment: number; readonly tenant: string; readonly status: string };
  readonly jobs: number;
}

const ordered = (counts: readonly Count[]): Count[] =>
  counts.toSorted((a, b) => (`${a.status} ${a.tenant}` < `${b.status} ${b.tenant}` ? -1 : 1));

/** The jobs of each segment by tenant and status, always in the same order. The server counts them, by an index. */
async function countOf(
  { jobs, by }: Collections,
  segments: readonly number[],
): Promise<Map<number, Count[]>> {
  const group = { segment: '$segment', tenant: '$tenant', status: '$status' };
  const found = await jobs
    .aggregate<Counted>(
      [
        { $match: { segment: { $in: [...segments] }, deleted: false } },
        { $group: { _id: group, jobs: { $sum: 1 } } },
      ],
      by('segment'),
    )
    .toArray();
  const counts = Map.groupBy(found, ({ _id }) => _id.segment);
  return new Map(
    [...counts].map(([segment, own]) => [
      segment,
      ordered(own.map(({ _id: { tenant, status }, jobs }) => ({ tenant, status, jobs }))),
    ]),
  );
}

/**
 * Counts the jobs of these segments, and writes what came of it over the version that there was before. So whichever of
 * two writers comes last has counted what both have written. Returns those that others wrote all the time.
 */
async function recount(on: Collections, segments: readonly number[]): Promise<readonly number[]> {
  let open = segments;
  for (let races = 0; open.length > 0 && races < MAX_RACES; races++) {
    const before = await on.counts.find({ _id: { $in: [...open] } }, { hint: '_id_' }).toArray();
    const known = new Map(before.map((one) => [one._id, one]));
    const counted = await countOf(on, open);
    const changed = open
      .map((segment) => ({ segment, counts: counted.get(segment) ?? [], known: known.get(segment) }))
      .filter(({ counts, known }) => JSON.stringify(counts) !== JSON.stringify(known?.counts ?? []));
    const written = await replaceVersions(
      on.counts,
      changed.map((view) => ({ view, over: view.known?.version ?? null })),
      ({ segment, counts }, version) => ({ _id: segment, version, counts }),
      ({ segment }) => segment,
    );
    open = changed.flatMap(({ segment }, index) => (written[index] ? [] : [segment]));
  }
  return open;
}

/** Counts all jobs of a generation, some at a time. What was right is not written. */
export async function recountAll(on: Collections, between = async () => {}): Promise<void> {
  const [last] = await on.jobs
    .find({}, { hint: '_id_', projection: { _id: 1 }, limit: 1 })
    .sort({ _id: -1 })
    .toArray();
  const segments = Array.from({ length: last ? segmentOf(last._id) + 1 : 0 }, (_, segment) => segment);
  for (let start = 0; start < segments.length; start += SLICE) {
    await recount(on, segments.slice(start, start + SLICE));
    await between();
  }
}

/** How many jobs of a tenant there are, or how many of a status. */
export async function totalOf(
  { counts, by }: Collections,
  tenant: string,
  status: JobStatus | undefined,
): Promise<number> {
  const own = { 'counts.tenant': tenant, ...(status && { 'counts.status': status }) };
  const [sum] = await counts
    .aggregate<{ readonly jobs: number }>(
      [
        { $match: { 'counts.tenant': tenant } },
        { $unwind: '$counts' },
        { $match: own },
        { $group: { _id: null, jobs: { $sum: '$counts.jobs' } } },
      ],
      by('tenant'),
    )
    .toArray();
  return sum?.jobs ?? 0;
}

/**
 * Which segments of a generation have to be counted again, and the counting: one at a time, and for all who wait at once,
 * so that many writes of one process never race with each other.
 */
export class Counter {
  readonly #due = new Set<number>();
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  /** How many segments are to be counted. */
  get due(): number {
    return this.#due.size;
  }

  /** Says that these jobs may have changed. */
  add(ids: readonly number[]): void {
    for (const id of ids) this.#due.add(segmentOf(id));
  }

  /** Resolves once all that was due when this was called is counted; what could not be stays due. */
  count(on: Collections): Promise<void> {
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      const run = this.#countDue(on);
      this.#running = run.catch(() => {});
      return run;
    });
    return this.#next;
  }

  async #countDue(on: Collections): Promise<void> {
    const segments = [...this.#due];
    this.#due.clear();
    let left: readonly number[] = segments;
    try {
      left = await recount(on, segments);
    } finally {
      for (const segment of left) this.#due.add(segment);
    }
  }
}

import { type AnyBulkWriteOperation, type Collection, MongoBulkWriteError, ObjectId } from 'mongodb';
import type { Replacement } from '../read-model.ts';
import { isDuplicate } from './faults.ts';
import { type JobDocument, toDocument } from './job-document.ts';

type Placed = Replacement & { readonly index: number };

/** The replacements in rounds that hold each job once, those of one job in their order. */
function roundsOf(replacements: readonly Replacement[]): Placed[][] {
  const seen = new Map<number, number>();
  const rounds = Map.groupBy(
    replacements.map((one, index) => ({ ...one, index })),
    ({ view: { id } }) => {
      const round = seen.get(id) ?? 0;
      seen.set(id, round + 1);
      return round;
    },
  );
  return [...rounds.values()];
}

const operation = ({ view, over }: Replacement, write: ObjectId): AnyBulkWriteOperation<JobDocument> =>
  over === null
    ? { insertOne: { document: toDocument(view, write) } }
    : { replaceOne: { filter: { _id: view.id, revision: over }, replacement: toDocument(view, write) } };

/** Sends the operations: how many documents were found to be replaced, and which insertions met one with their id. */
async function send(
  jobs: Collection<JobDocument>,
  operations: AnyBulkWriteOperation<JobDocument>[],
): Promise<{ matched: number; refused: Set<number> }> {
  try {
    const { matchedCount: matched } = await jobs.bulkWrite(operations, { ordered: false });
    return { matched, refused: new Set() };
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError()) throw error;
    const errors = [error.writeErrors].flat();
    // None at all means that a command failed as a whole.
    if (errors.length === 0 || !errors.every(isDuplicate)) throw error;
    return { matched: error.matchedCount, refused: new Set(errors.map(({ index }) => index)) };
  }
}

/**
 * Writes one round. MongoDB says which insertions were refused, of the others only how many: where some found
 * nothing to replace, those that did are told by the mark that this call leaves. A document that yet another writer
 * put in place of ours before we look counts as refused: its revision is a later one then, so who asks again finds
 * nothing left to do.
 */
async function writeRound(jobs: Collection<JobDocument>, round: readonly Placed[]): Promise<boolean[]> {
  const write = new ObjectId();
  const { matched, refused } = await send(
    jobs,
    round.map((one) => operation(one, write)),
  );
  const over = round.filter((one) => one.over !== null).map(({ view }) => view.id);
  if (matched === over.length) return round.map((_, position) => !refused.has(position));
  const marked = await jobs
    .find({ _id: { $in: over }, write }, { hint: '_id_', projection: { _id: 1 }, batchSize: over.length + 1 })
    .toArray();
  const ours = new Set(marked.map(({ _id }) => _id));
  return round.map(({ view, over }, position) =>
    over === null ? !refused.has(position) : ours.has(view.id),
  );
}

/** Writes each document over the revision that it follows: true for each one written. */
export async function replaceJobs(
  jobs: Collection<JobDocument>,
  replacements: readonly Replacement[],
): Promise<boolean[]> {
  const written = replacements.map(() => false);
  for (const round of roundsOf(replacements)) {
    const results = await writeRound(jobs, round);
    for (const [position, { index }] of round.entries()) written[index] = results[position] ?? false;
  }
  return written;
}

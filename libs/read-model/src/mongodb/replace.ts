import { type AnyBulkWriteOperation, BSON, type Collection, type Filter, MongoBulkWriteError } from 'mongodb';
import { DocumentRefusedError } from '../errors.ts';
import { newVersion } from '../version.ts';
import { isDuplicate, isRefusal, isUnsendable } from './faults.ts';

/** MongoDB's 16 MB, with room for the filter that is sent beside a document. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024 - 1024;
/** Documents of one bulk. Bulks go side by side, so that the server writes some while others are being serialised. */
const BULK = 250;

interface Versioned {
  readonly _id: number | string;
  readonly version: number;
}

/** A document to write over the one of a version: over none if that is null. */
interface Write<Document> {
  readonly document: Document;
  readonly over: number | null;
}

const operation = <Document extends Versioned>({
  document,
  over,
}: Write<Document>): AnyBulkWriteOperation<Document> =>
  (over === null
    ? { insertOne: { document } }
    : {
        replaceOne: { filter: { _id: document._id, version: over }, replacement: document },
      }) as unknown as AnyBulkWriteOperation<Document>;

/** How a bulk went: whether all was written, and which ones the store refuses as such. */
interface Sent<Document> {
  readonly all: boolean;
  readonly refused: readonly Write<Document>[];
}

async function sendInHalves<Document extends Versioned>(
  collection: Collection<Document>,
  writes: readonly Write<Document>[],
): Promise<Sent<Document>> {
  const half = Math.ceil(writes.length / 2);
  const first = await send(collection, writes.slice(0, half));
  const second = await send(collection, writes.slice(half));
  return { all: false, refused: [...first.refused, ...second.refused] };
}

/** Sends the writes in one bulk, without those that are refused. */
async function send<Document extends Versioned>(
  collection: Collection<Document>,
  writes: readonly Write<Document>[],
): Promise<Sent<Document>> {
  if (writes.length === 0) return { all: true, refused: [] };
  try {
    const { insertedCount, matchedCount } = await collection.bulkWrite(writes.map(operation), {
      ordered: false,
    });
    return { all: insertedCount + matchedCount === writes.length, refused: [] };
  } catch (error) {
    if (isUnsendable(error)) {
      // The driver sends none of them if one is too large.
      const fits = ({ document }: Write<Document>) =>
        BSON.calculateObjectSize(document) <= MAX_DOCUMENT_BYTES;
      const { true: small = [], false: large = [] } = Object.groupBy(writes, (one) => `${fits(one)}`);
      if (large.length === 0) throw error;
      const { refused } = await send(collection, small);
      return { all: false, refused: [...large, ...refused] };
    }
    const isBulk = error instanceof MongoBulkWriteError;
    if (isBulk && error.result.getWriteConcernError()) throw error;
    const errors = isBulk ? [error.writeErrors].flat() : [];
    if (errors.length > 0) {
      if (!errors.every((one) => isDuplicate(one) || isRefusal(one))) throw error;
      const refused = errors.filter(isRefusal).flatMap(({ index }) => writes[index] ?? []);
      return { all: false, refused };
    }
    // A command failed as a whole, perhaps because of one of its documents.
    if (!isRefusal(error)) throw error;
    return writes.length === 1 ? { all: false, refused: writes } : sendInHalves(collection, writes);
  }
}

/** Sends the writes in bulks, side by side. Rejects once all have ended. */
async function sendInBulks<Document extends Versioned>(
  collection: Collection<Document>,
  writes: readonly Write<Document>[],
): Promise<Sent<Document>> {
  const bulks = Array.from({ length: Math.ceil(writes.length / BULK) }, (_, n) =>
    send(collection, writes.slice(n * BULK, (n + 1) * BULK)),
  );
  const ended = await Promise.allSettled(bulks);
  const failure = ended.find((one) => one.status === 'rejected');
  if (failure) throw failure.reason;
  const sent = await Promise.all(bulks);
  return { all: sent.every(({ all }) => all), refused: sent.flatMap(({ refused }) => refused) };
}

/**
 * Writes each document over the version that it follows, in bulks: true for each one written. MongoDB does not say
 * which of them found theirs. If some did not, those that did are told by their new versions, which no other writing
 * has. A document that yet another writer put in place of ours before we look counts as lost: it is read again then.
 *
 * @throws DocumentRefusedError once all others are written.
 */
export async function replaceVersions<View, Document extends Versioned>(
  collection: Collection<Document>,
  replacements: readonly { readonly view: View; readonly over: number | null }[],
  toDocument: (view: View, version: number) => Document,
  jobOf: (view: View) => number,
): Promise<boolean[]> {
  const writes = replacements.map(({ view, over }) => ({ document: toDocument(view, newVersion()), over }));
  const { all, refused } = await sendInBulks(collection, writes);
  if (refused.length > 0) {
    const jobIds = replacements.flatMap(({ view }, index) => {
      const write = writes[index];
      return write && refused.includes(write) ? [jobOf(view)] : [];
    });
    throw new DocumentRefusedError([...new Set(jobIds)]);
  }
  if (all) return writes.map(() => true);
  const ids = writes.map(({ document }) => document._id);
  const stored = await collection
    .find({ _id: { $in: ids } } as Filter<Document>, {
      hint: '_id_',
      projection: { version: 1 },
      batchSize: ids.length + 1,
    })
    .toArray();
  const versions = new Map(stored.map(({ _id, version }) => [_id as Document['_id'], version]));
  return writes.map(({ document }) => versions.get(document._id) === document.version);
}

import { LARGEST_INT64, type ProposedEvent } from './events.ts';

/** The parts of a stream's metadata that say which events reads still show. */
export interface Retention {
  /** Events before this revision are not shown; `Infinity` for a stream that was deleted. */
  readonly truncateBefore: number;
  readonly maxCount: number;
  readonly maxAgeMs: number;
}

const EVERYTHING: Retention = { truncateBefore: 0, maxCount: Infinity, maxAgeMs: Infinity };
/** Of a metadata stream, a read shows only the last event. */
export const METADATA_RETENTION: Retention = { ...EVERYTHING, maxCount: 1 };

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (data: Uint8Array | undefined): Fields => {
  if (data === undefined || data.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
};

const positive = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && value >= 0 ? value : otherwise;

/** Reads `$tb` (a revision), `$maxCount` (events) and `$maxAge` (seconds) of the last metadata event. */
export const retentionOf = (data: Uint8Array | undefined): Retention => {
  if (data === undefined) return EVERYTHING;
  const fields = fieldsOf(data);
  const truncateBefore = positive(fields.$tb, 0);
  return {
    truncateBefore: truncateBefore > Number.MAX_SAFE_INTEGER ? Infinity : truncateBefore,
    maxCount: positive(fields.$maxCount, Infinity),
    maxAgeMs: positive(fields.$maxAge, Infinity) * 1000,
  };
};

export const isSoftDeleted = ({ truncateBefore }: Retention): boolean => truncateBefore === Infinity;

const metadataEvent = (id: string, json: string): ProposedEvent => ({
  id,
  type: '$metadata',
  contentType: 'application/json',
  data: Buffer.from(json),
  metadata: new Uint8Array(),
});

/** The metadata event that says "events before this revision are gone", and keeps the other fields. */
export const truncation = (id: string, before: number, data: Uint8Array | undefined): ProposedEvent =>
  metadataEvent(id, JSON.stringify({ ...fieldsOf(data), $tb: before }));

/** The metadata event that deletes a stream softly. Its number is text: `JSON.stringify` would round it. */
export const softDeletion = (id: string, data: Uint8Array | undefined): ProposedEvent => {
  const { $tb: _, ...others } = fieldsOf(data);
  const rest = JSON.stringify(others).slice(1);
  return metadataEvent(id, `{"$tb":${LARGEST_INT64}${rest === '}' ? '' : ','}${rest}`);
};

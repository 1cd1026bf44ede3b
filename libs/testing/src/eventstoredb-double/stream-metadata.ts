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

/** A whole number that is not below the least; undefined for any other value. */
const whole = (value: unknown, least: number): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= least ? value : undefined;

/**
 * Reads `$tb` (a revision), `$maxCount` (events) and `$maxAge` (seconds) of the last metadata event. A value that
 * makes no sense has no effect (4.3).
 */
export const retentionOf = (data: Uint8Array | undefined): Retention => {
  if (data === undefined) return EVERYTHING;
  const fields = fieldsOf(data);
  const truncateBefore = whole(fields.$tb, 0) ?? 0;
  return {
    truncateBefore: truncateBefore > Number.MAX_SAFE_INTEGER ? Infinity : truncateBefore,
    maxCount: whole(fields.$maxCount, 1) ?? Infinity,
    maxAgeMs: (whole(fields.$maxAge, 1) ?? Infinity) * 1000,
  };
};

/** The first revision that reads show of a stream with this head; `$maxAge` may hide more. */
export const firstOf = ({ truncateBefore, maxCount }: Retention, head: number): number =>
  Math.max(truncateBefore, head - maxCount + 1, 0);

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

/**
 * The metadata event that deletes a stream softly; all other fields are lost (4.4). Its number is text:
 * `JSON.stringify` would round it.
 */
export const softDeletion = (id: string): ProposedEvent => metadataEvent(id, `{"$tb":${LARGEST_INT64}}`);

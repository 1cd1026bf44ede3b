import { parse } from 'range-parser';

/** Bytes `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The part of a body that a request asks for. */
export type Asked = 'whole' | 'unsatisfiable' | ByteRange;

/**
 * The part of `bytes` bytes that `Range` asks for (RFC 9110, 14.2). What is malformed, in another unit, of more than
 * one range, or meant for another version than `etag` (`If-Range`) is ignored, as the RFC allows: the whole.
 */
export function askedRange(
  range: string | undefined,
  ifRange: string | undefined,
  bytes: number,
  etag: string,
): Asked {
  if (range === undefined || (ifRange !== undefined && ifRange !== etag)) return 'whole';
  const { code, type, ranges } = parse(bytes, range);
  const malformed = (code & 1) === 1;
  if (type !== 'bytes' || malformed || ranges.length > 1) return 'whole';
  return ranges[0] ?? 'unsatisfiable';
}

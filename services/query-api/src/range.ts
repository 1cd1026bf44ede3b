/** Bytes `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The part of a body that a request asks for. */
export type Asked = 'whole' | 'unsatisfiable' | ByteRange;

const BYTES = /^bytes=/i;
const SPEC = /^(\d*)-(\d*)$/;

/** One range of the list (RFC 9110, 14.1.2): null if no byte lies in it. */
function rangeOf(spec: string, bytes: number): ByteRange | 'malformed' | null {
  const [, first = '', last = ''] = SPEC.exec(spec) ?? [];
  if (first === '' && last === '') return 'malformed';
  const start = first === '' ? Math.max(bytes - Number(last), 0) : Number(first);
  if (first !== '' && last !== '' && Number(last) < start) return 'malformed';
  const end = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  return start > end ? null : { start, end };
}

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
  if (!BYTES.test(range)) return 'whole';
  const specs = range
    .replace(BYTES, '')
    .split(',')
    .map((spec) => spec.trim());
  const asked = specs.filter((spec) => spec !== '').map((spec) => rangeOf(spec, bytes));
  const ranges = asked.filter((one) => one !== null);
  if (asked.length === 0 || ranges.length > 1 || ranges[0] === 'malformed') return 'whole';
  return ranges[0] ?? 'unsatisfiable';
}

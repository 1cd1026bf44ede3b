/** Offsets from the first to the last, both included. */
export type Range = readonly [first: number, last: number];

/** What Kafka keeps with an offset is limited by `offset.metadata.max.bytes`, 4096 unless set otherwise. */
const MAX_LENGTH = 4_000;
const FORMAT = 'done1:';

/** The offsets after `cursor` up to `end` that are finished: all but the unfinished ones, which come in order. */
export function* finishedRanges(cursor: number, unfinished: Iterable<number>, end: number): Generator<Range> {
  let first = cursor + 1;
  for (const offset of unfinished) {
    if (offset > first) yield [first, offset - 1];
    first = offset + 1;
  }
  if (first <= end) yield [first, end];
}

/**
 * Ranges after `cursor`, in order, as text: each as the gap before it and its length less one, in base 36. As many as
 * fit; what is left out is redelivered to whoever goes on from here.
 */
export function encodeDone(cursor: number, ranges: Iterable<Range>): string {
  let text = FORMAT;
  let before = cursor;
  for (const [first, last] of ranges) {
    const next = `${(first - before - 1).toString(36)}.${(last - first).toString(36)} `;
    if (text.length + next.length > MAX_LENGTH) break;
    text += next;
    before = last;
  }
  return before === cursor ? '' : text.trimEnd();
}

/**
 * The reverse of `encodeDone`. Text that was not written by it, but by another client say, means that nothing is done.
 */
export function decodeDone(cursor: number, text: string | null): Range[] {
  if (!text?.startsWith(FORMAT)) return [];
  const ranges: Range[] = [];
  let before = cursor;
  for (const pair of text.slice(FORMAT.length).split(' ')) {
    const [gap, more] = pair.split('.').map((number) => Number.parseInt(number, 36));
    if (gap === undefined || more === undefined || !(gap >= 0 && more >= 0)) return [];
    const first = before + gap + 1;
    before = first + more;
    ranges.push([first, before]);
  }
  return ranges;
}

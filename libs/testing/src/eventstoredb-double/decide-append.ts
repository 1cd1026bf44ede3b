import { type Expectation, NO_EVENTS, TOMBSTONE } from './events.ts';

/** What came of an append or a deletion. */
export type AppendOutcome =
  | { readonly kind: 'appended'; readonly revision: number; readonly position: number | undefined }
  | { readonly kind: 'conflict'; readonly head: number }
  /** It repeats what is not committed yet. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'deleted' };

/** What the decision may ask about the stream. */
export interface StreamFacts {
  /** The revision of the last event, `NO_EVENTS` or `TOMBSTONE`. */
  readonly head: number;
  readonly softDeleted: boolean;
  hasMetadata(): boolean;
  /** The revision in this stream of an event that was written lately; undefined if it is not remembered. */
  rememberedRevision(eventId: string): number | undefined;
  eventIdAt(revision: number): string | undefined;
}

export type Decision =
  | { readonly kind: 'write'; readonly undelete: boolean }
  | { readonly kind: 'repeated'; readonly revision: number }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'deleted' };

const CONFLICT: Decision = { kind: 'conflict' };

/** An append of *any* or *stream_exists*: repeated if every id is remembered, written if the first is new. */
const decideLoosely = (facts: StreamFacts, ids: readonly string[]): Decision => {
  let revision = NO_EVENTS;
  for (const [index, id] of ids.entries()) {
    const known = facts.rememberedRevision(id);
    if (known === undefined) return index === 0 ? { kind: 'write', undelete: facts.softDeleted } : CONFLICT;
    revision = known;
  }
  return ids.length === 0 ? { kind: 'write', undelete: facts.softDeleted } : { kind: 'repeated', revision };
};

/** An append whose expected revision is behind the head: repeated if the stream holds just these events there. */
const decideBehind = (facts: StreamFacts, expected: number, ids: readonly string[]): Decision => {
  if (ids.length === 0) return CONFLICT;
  for (const [index, id] of ids.entries()) {
    if (facts.eventIdAt(expected + 1 + index) === id) continue;
    const startsAnew = index === 0 && expected === NO_EVENTS && facts.softDeleted;
    return startsAnew ? { kind: 'write', undelete: true } : CONFLICT;
  }
  return { kind: 'repeated', revision: expected + ids.length };
};

/**
 * Whether events may be appended: optimistic concurrency and idempotence as EventStoreDB's documentation has
 * them ("Optimistic concurrency and idempotence"). At the very head there is no check for repetition.
 */
export const decideAppend = (
  facts: StreamFacts,
  expectation: Expectation,
  ids: readonly string[],
): Decision => {
  if (facts.head === TOMBSTONE) return { kind: 'deleted' };
  if (expectation === 'stream_exists') {
    if (facts.softDeleted) return { kind: 'deleted' };
    if (facts.head === NO_EVENTS && !facts.hasMetadata()) return CONFLICT;
  }
  if (expectation === 'any' || expectation === 'stream_exists') return decideLoosely(facts, ids);
  const expected = expectation === 'no_stream' ? NO_EVENTS : expectation;
  if (expected < facts.head) return decideBehind(facts, expected, ids);
  return expected > facts.head ? CONFLICT : { kind: 'write', undelete: facts.softDeleted };
};

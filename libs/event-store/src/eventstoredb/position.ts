import type { Position as LogPosition } from '@eventstore/db-client';
import { InvalidPositionError } from '../errors.ts';
import type { Position } from '../event-store.ts';

/** Of the largest unsigned 64-bit number, so that strings compare as the numbers do. */
const DIGITS = 20;
const POSITION = /^(\d{20})\/(\d{20})$/;
/** -1 as the server writes it: its checkpoint when a catch-up from the start reached the end without a match. */
const NOWHERE = 2n ** 64n - 1n;
const LAST_POSITION = 2n ** 63n - 1n;

/** The position before everything: that of a log in which nothing was seen yet. */
export const BEFORE_EVERYTHING: Position = `${'0'.repeat(DIGITS)}/${'0'.repeat(DIGITS)}`;

/**
 * Whether there can be something at this position: the server also reports checkpoints before the beginning of the log.
 */
export const isLogPosition = ({ commit, prepare }: LogPosition): boolean =>
  commit <= LAST_POSITION && prepare <= commit;

/** A position as the client or the protocol has it, the latter in decimal digits. */
type WirePosition = Readonly<Record<keyof LogPosition, bigint | string>>;

/** Commit and prepare position, both padded: a checkpoint is resumed only with both, and they may differ. */
export function formatPosition({ commit, prepare }: WirePosition): Position {
  const padded = digits(commit);
  return `${padded}/${prepare === commit ? padded : digits(prepare)}`;
}

/**
 * The position as a subscription begins after it. The beginning is 0/0 and not the client's START, at which the server
 * reports a checkpoint at -1; one that was stored as a position by an earlier release means the beginning.
 *
 * @throws InvalidPositionError if it is not a position of EventStoreDB.
 */
export function parsePosition(position: Position): LogPosition {
  const [, commit, prepare] = POSITION.exec(position) ?? [];
  const parsed = { commit: BigInt(commit ?? NOWHERE), prepare: BigInt(prepare ?? 0) };
  if (parsed.commit === NOWHERE && parsed.prepare === NOWHERE) return { commit: 0n, prepare: 0n };
  if (!isLogPosition(parsed))
    throw new InvalidPositionError(`'${position}' is not a position in EventStoreDB`);
  return parsed;
}

const digits = (value: bigint | string) => value.toString().padStart(DIGITS, '0');

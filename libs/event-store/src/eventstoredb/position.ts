import { type Position as LogPosition, type ReadPosition, START } from '@eventstore/db-client';
import type { Position } from '../event-store.ts';

/** Of the largest unsigned 64-bit number, so that strings compare as the numbers do. */
const DIGITS = 20;
const POSITION = /^(\d{20})\/(\d{20})$/;

/** The position before everything: that of a log in which nothing was seen yet. */
export const BEFORE_EVERYTHING: Position = `${'0'.repeat(DIGITS)}/${'0'.repeat(DIGITS)}`;

/** Commit and prepare position, both padded: a checkpoint is resumed only with both, and they may differ. */
export function formatPosition({ commit, prepare }: LogPosition): Position {
  return `${digits(commit)}/${digits(prepare)}`;
}

/**
 * The position as a subscription begins after it.
 *
 * @throws TypeError where it is not a position of EventStoreDB.
 */
export function parsePosition(position: Position): ReadPosition {
  const [, commit, prepare] = POSITION.exec(position) ?? [];
  if (!commit || !prepare) throw new TypeError(`'${position}' is not a position in EventStoreDB`);
  return position === BEFORE_EVERYTHING ? START : { commit: BigInt(commit), prepare: BigInt(prepare) };
}

const digits = (value: bigint) => value.toString().padStart(DIGITS, '0');

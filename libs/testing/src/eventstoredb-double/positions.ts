import type { LogReader } from './log-reader.ts';
import { internal, invalidPosition } from './trailers.ts';

/** A place as the protocol has it. Places are ordered by `commit`, then by `prepare`. */
export interface Position {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** Before all events: what a subscription from the start is at until it has considered something. */
export const NOWHERE: Position = { commit: 2n ** 64n - 1n, prepare: 2n ** 64n - 1n };
const LARGEST = 2n ** 63n - 1n;

/** The place of an event. */
export const placeOf = (position: number): Position => ({
  commit: BigInt(position),
  prepare: BigInt(position),
});

export const isNowhere = ({ commit, prepare }: Position): boolean =>
  commit === NOWHERE.commit && prepare === NOWHERE.prepare;

export const isLater = (a: Position, b: Position): boolean => {
  if (isNowhere(a) || isNowhere(b)) return isNowhere(b) && !isNowhere(a);
  return a.commit > b.commit || (a.commit === b.commit && a.prepare > b.prepare);
};

/** The first place in the log whose event comes after a position; an event's `commit` and `prepare` are the same. */
export const firstAfter = (position: Position): number =>
  isNowhere(position) ? 0 : Number(position.commit) + (position.prepare < position.commit ? 0 : 1);

/** What a client sent as a position; throws a `CallError` for what is none. */
export const positionFromWire = (sent: {
  getCommitPosition(): string;
  getPreparePosition(): string;
}): Position => {
  const position = {
    commit: BigInt(sent.getCommitPosition()),
    prepare: BigInt(sent.getPreparePosition()),
  };
  const { commit, prepare } = position;
  if (isNowhere(position)) return position;
  if (commit < prepare || commit > LARGEST) {
    throw internal(
      new Error('Exception was thrown by handler. ArgumentException: The commit position is invalid.'),
    );
  }
  return position;
};

/** Refuses a place where no record begins; one beyond the end, or of what was scavenged, is taken. */
export const refuseWithinRecord = ({ commit }: Position, reader: LogReader): void => {
  if (reader.isWithinRecord(Number(commit))) throw invalidPosition();
};

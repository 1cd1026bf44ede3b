import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { RecordedEvent } from './events.ts';

/** A server-side filter: which events match, and how checkpoints come. */
export interface Filter {
  readonly matches: (event: RecordedEvent) => boolean;
  /** How many events are considered in a page. */
  readonly searchWindow: number;
  /** After how many matches a page ends too. */
  readonly matchesInPage: number;
  /** After how many considered events a checkpoint is due. */
  readonly checkpointInterval: number;
}

const DEFAULT_SEARCH_WINDOW = 32;
const MATCHES_IN_PAGE = 32;
const UNFILTERED_PAGE = 256;

/** What lets everything pass, and asks for no checkpoints. */
export const UNFILTERED: Filter = {
  matches: () => true,
  searchWindow: UNFILTERED_PAGE,
  matchesInPage: UNFILTERED_PAGE,
  checkpointInterval: Infinity,
};

type Options = NonNullable<ReturnType<ReadReq['getOptions']>>;

/** The filter of a request; undefined if it has none. */
export const filterOf = (options: Options): Filter | undefined => {
  const filter = options.getFilter();
  if (filter === undefined) return undefined;
  const byStream = filter.getStreamIdentifier();
  const expression = byStream ?? filter.getEventType();
  const prefixes = expression?.getPrefixList() ?? [];
  const regex = new RegExp(expression?.getRegex() ?? '');
  const test = (text: string): boolean =>
    prefixes.length > 0 ? prefixes.some((prefix) => text.startsWith(prefix)) : regex.test(text);
  const window = filter.hasMax() ? filter.getMax() : DEFAULT_SEARCH_WINDOW;
  return {
    matches: byStream === undefined ? ({ type }) => test(type) : ({ stream }) => test(stream),
    searchWindow: window,
    matchesInPage: MATCHES_IN_PAGE,
    checkpointInterval: window * filter.getCheckpointintervalmultiplier(),
  };
};

import type { Box, OcrLine } from '@inkstream/contracts';
import { NOWHERE, union } from './boxes.ts';
import { DisjointSets } from './disjoint-sets.ts';
import { inReadingOrder } from './order.ts';
import { type Place, placesOf } from './place.ts';
import { directionOf, turned } from './straighten.ts';

/** How far apart, in heights, two lines may stand one above the other and be printed on one paper for sure. */
const NEAR = 4;
/** The page is looked at in columns of the height of a line, or in so many. */
const MOST_COLUMNS = 128;
/** What has fewer lines is no paper of its own, and no more of them are told apart on a page. */
const FEWEST_LINES = 5;
const MOST_PAPERS = 64;
/** The share of lines with a word up to which a column is one of numbers. */
const MOST_WORDS = 0.3;
/** Papers that overlap by this share of the narrower one lie one above the other. */
const ABOVE = 0.5;
/** How much further away what is on the right of a column of prices counts: its words are on the left. */
const ON_THE_WRONG_SIDE = 4;

interface Group {
  readonly members: number[];
  readonly bounds: Box;
}

/**
 * The parts of a page that are printed apart, as far as can be told from where its lines lie: columns side by side, each
 * with its papers from top to bottom. Lines that stand one above the other are of one paper, so that a heading joins what
 * is in columns below it. What is too small to be one, or says no words or no numbers, such as the prices of a receipt,
 * belongs to the paper that it is nearest to. One part if not all lines have a place.
 */
export function partsOf<Line extends OcrLine>(lines: readonly Line[]): Line[][][] {
  const places = lines.length < 2 * FEWEST_LINES ? null : placesOf(lines);
  if (!places) return [[[...lines]]];
  const level = turned(places, directionOf(places));
  const textOf = (at: number) => lines[at]!.text;
  const groups = connected(level)
    .map((members): Group => ({ members, bounds: boundsOf(members.map((at) => level[at]!)) }))
    .sort((a, b) => b.members.length - a.members.length);
  const [numbers, words] = split(groups, ({ members }) => isNumbers(members.map(textOf)));
  const whole = joined(words, numbers);
  const [papers, rest] = split(whole, ({ members }) => isPaper(members.map(textOf)));
  if (papers.length < 2) return [[[...lines]]];
  const linesOf = ({ members }: Group) => members.sort((a, b) => a - b).map((at) => lines[at]!);
  return columnsOf(joined(papers, rest)).map((column) => column.map(linesOf));
}

function split<T>(items: readonly T[], test: (item: T) => boolean): [yes: T[], no: T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

interface Joined extends Group {
  /** With what has been joined: what else is near is told by its own lines. */
  all: Box;
}

/** The first groups, each with those others that it is nearest to; all of them if there are none. */
function joined(groups: readonly Group[], others: readonly Group[]): Group[] {
  const own = groups
    .slice(0, MOST_PAPERS)
    .map(({ members, bounds }) => ({ members: [...members], bounds, all: bounds }));
  if (own.length === 0) return [...others];
  for (const other of [...groups.slice(MOST_PAPERS), ...others]) {
    const near = nearest(own, other.bounds);
    for (const member of other.members) near.members.push(member);
    near.all = union(near.all, other.bounds);
  }
  return own.map(({ members, all }) => ({ members, bounds: all }));
}

/** The paper that is nearest, at the left rather than at the right. */
function nearest(papers: readonly Joined[], [left, top, right, bottom]: Box): Joined {
  const distance = ({ bounds }: Joined) => {
    const across = Math.max(left - bounds[2], ON_THE_WRONG_SIDE * (bounds[0] - right), 0);
    return Math.hypot(across, Math.max(top - bounds[3], bounds[1] - bottom, 0));
  };
  return papers.reduce((best, paper) => (distance(paper) < distance(best) ? paper : best));
}

/** Papers that lie one above the other, and these columns in reading order. */
function columnsOf(papers: readonly Group[]): Group[][] {
  const columns: { papers: Group[]; bounds: Box }[] = [];
  for (const paper of papers.toSorted((a, b) => a.bounds[1] - b.bounds[1])) {
    const { bounds } = paper;
    const above = columns.find((column) => {
      const [left, , right] = column.bounds;
      const shared = Math.min(right, bounds[2]) - Math.max(left, bounds[0]);
      return shared > ABOVE * Math.min(right - left, bounds[2] - bounds[0]);
    });
    if (above) {
      above.papers.push(paper);
      above.bounds = union(above.bounds, bounds);
    } else columns.push({ papers: [paper], bounds });
  }
  return inReadingOrder(columns, ({ bounds }) => bounds).map((column) => column.papers);
}

/** Whether few of its lines say a word: it is the prices of what stands beside it. */
const isNumbers = (texts: readonly string[]): boolean =>
  texts.filter((text) => /\p{L}{3}/u.test(text)).length < MOST_WORDS * texts.length;

/** Whether it has lines with words and lines with numbers, as any receipt. */
function isPaper(texts: readonly string[]): boolean {
  const count = (pattern: RegExp) => texts.filter((text) => pattern.test(text)).length;
  return texts.length >= FEWEST_LINES && count(/\p{L}{3}/u) >= 3 && count(/\d[.,]?\d/) >= 2;
}

/** Groups of lines that stand one above the other, each line within reach of the next. */
function connected(places: readonly Place[]): number[][] {
  const heights = places.map(({ height }) => height).sort((a, b) => a - b);
  const height = heights[heights.length >> 1] ?? 1;
  const [left, , right] = boundsOf(places);
  const width = Math.max(height, (right - left) / MOST_COLUMNS);
  const columns = Array.from({ length: MOST_COLUMNS + 1 }, (): { at: number; y: number }[] => []);
  for (const [at, { from, to }] of places.entries()) {
    const [start, end] = [Math.min(from[0], to[0]), Math.max(from[0], to[0])];
    const first = Math.floor((start - left) / width);
    const last = Math.max(first, Math.ceil((end - left) / width) - 1);
    for (let column = first; column <= last; column++) {
      const x = left + (column + 0.5) * width;
      const share = to[0] === from[0] ? 0 : Math.min(1, Math.max(0, (x - from[0]) / (to[0] - from[0])));
      columns[column]?.push({ at, y: from[1] + share * (to[1] - from[1]) });
    }
  }
  const sets = new DisjointSets(places.length);
  for (const column of columns) {
    column.sort((a, b) => a.y - b.y);
    column.forEach(({ at, y }, index) => {
      const next = column[index + 1];
      if (!next) return;
      const reach = NEAR * Math.max(height, Math.min(places[at]!.height, places[next.at]!.height));
      if (next.y - y <= reach) sets.join(at, next.at);
    });
  }
  return sets.all();
}

function boundsOf(places: readonly Place[]): Box {
  let bounds = NOWHERE;
  for (const { from, to, height } of places) {
    const [left, right] = [Math.min(from[0], to[0]), Math.max(from[0], to[0])];
    const [top, bottom] = [Math.min(from[1], to[1]) - height / 2, Math.max(from[1], to[1]) + height / 2];
    bounds = union(bounds, [left, top, right, bottom]);
  }
  return bounds;
}

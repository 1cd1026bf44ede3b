import { OTHER_TIMES, TIME_LABELS } from '../lexicon/time-labels.ts';
import type { Row } from '../page/rows.ts';
import { phraseSet } from '../words/phrase-set.ts';
import { skeleton } from '../words/skeleton.ts';
import { datesIn } from './dates.ts';

/** A time of day, `HH:MM` or `HH:MM:SS` on the 24-hour clock, how sure it is, and its row. */
export interface TimeEvidence {
  readonly value: string;
  readonly evidence: number;
  readonly row: Row;
}

const CLOCK =
  /(?<!\d|\d[:.,])([01]?\d|2[0-4])\s?[:h時时시點点]\s?([0-5]\d)(?:\s?[:]\s?([0-5]\d))?(?![\d:])\s?(?:([ap])\.?\s?m\b\.?)?/giu;
/** "14.05 Uhr", "kl. 14.05", and after a date "11.02.18 14.08": a point parts hours and minutes. */
const POINT_CLOCK = /(?<![\d:.,])([01]?\d|2[0-3])[.]([0-5]\d)(?:[.]([0-5]\d))?(?=\s?uhr\b)/giu;
const AFTER_KL = /(?<=\bklo?[.:]?\s?)([01]?\d|2[0-3])[.]([0-5]\d)(?:[.]([0-5]\d))?(?![\d.])/giu;
const LABEL = phraseSet(TIME_LABELS);
const OTHER = phraseSet(OTHER_TIMES);

/** The time of the purchase: beside the date, or labelled, or else the first one on the receipt. */
export function findTime(rows: readonly Row[], dateRow: Row | null): TimeEvidence | null {
  let best: (TimeEvidence & { score: number }) | null = null;
  rows.forEach((row, at) => {
    const matches = [
      ...row.text.matchAll(CLOCK),
      ...row.text.matchAll(POINT_CLOCK),
      ...row.text.matchAll(AFTER_KL),
    ];
    if (matches.length === 0) return;
    const dated = datesIn(row.text).length > 0;
    const other = OTHER.in(row.folded);
    for (const match of matches) {
      const value = clock(match);
      if (!value) continue;
      let score = 2 - at * 0.02;
      if (row === dateRow) score += 3;
      else if (dated) score += 1;
      if (LABEL.in(skeleton(row.text.slice(0, match.index)))) score += 2;
      if (match[4] || match[3]) score += 0.5;
      if (other) score -= 2;
      if (!best || score > best.score)
        best = { value, evidence: Math.min(0.97, 0.6 + score * 0.07), row, score };
    }
  });
  return best;
}

/** The times of day in a text, on the 24-hour clock. */
export const timesIn = (text: string): string[] =>
  [...text.matchAll(CLOCK), ...text.matchAll(POINT_CLOCK), ...text.matchAll(AFTER_KL)].flatMap(
    (match) => clock(match) ?? [],
  );

function clock([, hourText, minutes, seconds, half]: RegExpExecArray): string | null {
  let hour = Number(hourText);
  if (half && hour <= 12) hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  if (hour > 23) return null;
  return `${String(hour).padStart(2, '0')}:${minutes}${seconds ? `:${seconds}` : ''}`;
}

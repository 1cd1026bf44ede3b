import type { LatinReading } from '../recogniser.ts';
import { type Script, scriptClasses } from './line-models.ts';

/** What is known of a line before its script is: how probable each of `scriptClasses` is, undefined if it is surely Latin. */
export type JudgedLine = {
  readonly scripts: Float32Array | undefined;
  /** Of the reading as Latin. */
  readonly confidence: number;
  /** How many times as long as high it is. */
  readonly length: number;
};

/** From this share of the page's text on, a script is one that the page is written in. */
const pageShare = 0.25;
/** Vietnamese has most letters of others: only a page that is mostly Vietnamese is. */
const vietnameseShare = 0.5;
/** A line of a script that the page is not written in, such as a name, is this sure, this badly read as Latin and this long. */
const alone = { sure: 0.9, length: 3 };
/** What a script has of each line that the page does not show elsewhere. */
const unexpected = 0.01;
/** Numbers stand on pages of every script; upside down is what hardly any line is. */
const priors: Readonly<Record<Script, number>> = { Zyyy: 0.5, Turned: unexpected };
/** A longer line says no more of the page's script than one this long. */
const [shortest, longest] = [1, 20];

/** What the classifier is never sure beyond: two characters say little. */
const doubt = 0.02;
/** How much less likely Latin is of a line that was badly read as that. */
const badlyRead = { below: 0.8, times: 0.2 };

/**
 * The script of each line, or null of a line that is Latin, or none. The classifier sees a line at a time; lines of a page
 * are mostly in the same one or two, so each is judged by the whole page, too (Bayes, with the page's shares as prior).
 */
export function scriptsOfPage(lines: readonly JudgedLine[]): (Script | null)[] {
  const shares = sharesOf(lines);
  const isWritten = scriptClasses.map((script, i) => isOfPage(script, shares[i]!));
  const isLatinPage = !isWritten.includes(true);
  const prior = scriptClasses.map((script, i) => {
    const isPossible = isLatinPage || isWritten[i] || script === 'Latn' || script in priors;
    return isPossible ? (priors[script] ?? shares[i]! + unexpected) : 0;
  });
  return lines.map(({ scripts, confidence, length }) => {
    if (scripts === undefined) return null;
    const weighed = prior.map((share, i) => share * (scripts[i]! + doubt));
    if (confidence < badlyRead.below) weighed[latin]! *= badlyRead.times;
    const best = weighed.indexOf(Math.max(...weighed));
    const script = scriptClasses[best]!;
    if (script === 'Latn' || script in priors) return null;
    if (isWritten[best]) return script;
    const isSure = scripts[best]! >= alone.sure && length >= alone.length && confidence < badlyRead.below;
    return isSure && script !== 'Viet' ? script : null;
  });
}

const isOfPage = (script: Script, share: number) =>
  script !== 'Latn' && !(script in priors) && share >= (script === 'Viet' ? vietnameseShare : pageShare);

const latin = scriptClasses.indexOf('Latn');

/** How much of the page's text is in each script, 0 for numbers. */
function sharesOf(lines: readonly JudgedLine[]): number[] {
  const sums = scriptClasses.map((script, i) => {
    if (script in priors) return 0;
    const ifUnknown = Number(script === 'Latn');
    return lines.reduce((sum, { scripts, length }) => sum + (scripts?.[i] ?? ifUnknown) * clamp(length), 0);
  });
  const all = sums.reduce((a, b) => a + b, 0) || 1;
  return sums.map((sum) => sum / all);
}

const clamp = (length: number) => Math.min(longest, Math.max(shortest, length));

/**
 * How sure it is that a line is the right way up: by how it reads as Latin, or by what it looks like, if that is another
 * script; next to not at all if it looks upside down.
 */
export function confidenceUpright({ confidence, scripts }: LatinReading): number {
  if (scripts === undefined) return confidence;
  const other = scripts.reduce((sum, p, i) => sum + (isOther[i] ? p : 0), 0);
  const turned = scripts[scriptClasses.indexOf('Turned')] ?? 0;
  return ((1 - other) * confidence + other * uprightIfOther) * (turned > 0.5 ? 1 - turned : 1);
}

/** Less than what is surely upright, so that such a page is looked at the other way, too. */
const uprightIfOther = 0.8;
const isOther = scriptClasses.map((script) => script !== 'Latn' && script !== 'Viet' && !(script in priors));

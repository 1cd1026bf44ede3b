import { type Script, scriptClasses } from './line-models.ts';

/** What is known of a line before its script is: how probable each of `scriptClasses` is, and how it read as Latin. */
export type JudgedLine = {
  readonly scripts: Float32Array;
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
const alone = { sure: 0.9, confidence: 0.8, length: 3 };
/** What a script has of each line that the page does not show elsewhere. */
const unexpected = 0.01;
/** Numbers stand on pages of every script; upside down is what hardly any line is. */
const priors: Readonly<Record<Script, number>> = { Zyyy: 0.5, Turned: unexpected };
/** A longer line says no more of the page's script than one this long. */
const [shortest, longest] = [1, 20];

/**
 * The script of each line, or null of a line that is Latin, or none. The classifier sees a line at a time; lines of a page
 * are mostly in the same one or two, so each is judged by the whole page, too (Bayes, with the page's shares as prior).
 */
export function scriptsOfPage(lines: readonly JudgedLine[]): (Script | null)[] {
  const shares = sharesOf(lines);
  const prior = scriptClasses.map((script, i) => priors[script] ?? shares[i]! + unexpected);
  const written = new Set(scriptClasses.filter((script, i) => isOfPage(script, shares[i]!)));
  return lines.map(({ scripts, confidence, length }) => {
    const weighed = prior.map((share, i) => share * scripts[i]!);
    const best = weighed.indexOf(Math.max(...weighed));
    const script = scriptClasses[best]!;
    if (script === 'Latn' || script in priors) return null;
    if (written.has(script)) return script;
    const { sure, confidence: badly, length: long } = alone;
    const isAlone = script !== 'Viet' && scripts[best]! >= sure && confidence < badly && length >= long;
    return isAlone ? script : null;
  });
}

const isOfPage = (script: Script, share: number) =>
  script !== 'Latn' && !(script in priors) && share >= (script === 'Viet' ? vietnameseShare : pageShare);

/** How much of the page's text is in each script, 0 for numbers. */
function sharesOf(lines: readonly JudgedLine[]): number[] {
  const sums = scriptClasses.map((script, i) => {
    if (script in priors) return 0;
    return lines.reduce((sum, { scripts, length }) => sum + scripts[i]! * clamp(length), 0);
  });
  const all = sums.reduce((a, b) => a + b, 0) || 1;
  return sums.map((sum) => sum / all);
}

const clamp = (length: number) => Math.min(longest, Math.max(shortest, length));

import { COMPANY_FORMS, SHORT_FORMS } from './lexicon/company-forms.ts';
import { skeleton } from './skeleton.ts';

/** A company's name cut out of a row. */
export interface CompanyName {
  readonly name: string;
  /** Whether a legal form was found. */
  readonly form: boolean;
  /** Words before the form. */
  readonly words: number;
}

/** The words of a form, folded, the longest form first, so that "SDN BHD" is found before "BHD". */
const FORMS = COMPANY_FORMS.map((form) => ({ form, folded: skeleton(form).replaceAll(' ', '') })).sort(
  (a, b) => b.folded.length - a.folded.length,
);
/** Forms of this many letters bear one letter misread ("SDW BHD"). */
const FORGIVING = 6;
const MOST_FORM_WORDS = 5;

/**
 * Finds the legal form, mends it when it is misread, and cuts off what follows it (registration numbers). A name
 * without a form loses only a registration number at its end.
 */
export function companyName(text: string): CompanyName {
  const words = [...text.matchAll(/[^\s()[\]]+/gu)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
  for (let from = 0; from < words.length; from++) {
    for (let count = Math.min(MOST_FORM_WORDS, words.length - from); count >= 1; count--) {
      const run = words.slice(from, from + count);
      const [first, last] = [run[0]!, run.at(-1)!];
      const written = text.slice(first.start, last.end);
      const form = formOf(
        written,
        last.end >= text.trimEnd().length || !/\p{L}{3}/u.test(text.slice(last.end)),
      );
      if (!form) continue;
      const before = text.slice(0, first.start);
      return { name: `${before}${form}`.trim(), form: true, words: before.match(/\p{L}{2,}/gu)?.length ?? 0 };
    }
  }
  const glued = gluedForm(text);
  if (glued) return glued;
  const name = withoutRegistration(text);
  return { name, form: false, words: name.match(/\p{L}{2,}/gu)?.length ?? 0 };
}

/** The form as printed when it is one letter for letter, its proper writing when it is one misread, or null. */
function formOf(written: string, last: boolean): string | null {
  const folded = skeleton(written).replaceAll(' ', '');
  for (const { form, folded: wanted } of FORMS) {
    if (SHORT_FORMS.has(form) && !(last && written === written.toUpperCase())) continue;
    const exact = folded === wanted;
    if (
      exact ||
      (wanted.length >= FORGIVING && /\s/.test(written) === /\s/.test(form) && oneApart(folded, wanted))
    ) {
      return letters(written) === letters(form) ? written : form;
    }
  }
  return null;
}

/** "TRADINGSDN BHD", "MARKETINGSDNBHD": a form that lost the space before it. */
function gluedForm(text: string): CompanyName | null {
  const match = /^(.{3,80}?\p{L}{3})(S[DO0]N\.?\s?BH[DO0]\.?)(?!\p{L})/iu.exec(text);
  if (!match) return null;
  return { name: `${match[1]} SDN BHD`, form: true, words: match[1]!.match(/\p{L}{2,}/gu)?.length ?? 0 };
}

const letters = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Drops "(81109-A)", "002043319-W", "[Reg. No. 123]" from the end. */
export function withoutRegistration(text: string): string {
  const cut = text
    .replace(/\s*[([{]?\s*(?:co\.?\s?)?(?:reg|roc|company no|co\. ?no|ssm|gst)\b.{0,60}$/iu, '')
    .replace(/\s*[([{]\s*[A-Z]{0,3}\s?\d[\dA-Z\s-]{4,16}[)\]}]?\s*\W?\s*$/iu, '')
    .replace(/\s+[A-Z]{0,3}\d{5,12}\s?-\s?[A-Z]\W{0,2}$/iu, '')
    .trim();
  return cut === '' ? text.trim() : cut;
}

/** Whether one letter changed, lost or added makes the words the same. */
export function oneApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) [endA, endB] = [endA - 1, endB - 1];
  return endA - start <= 1 && endB - start <= 1;
}

import { COMPANY_FORMS, GLUED_FORMS, LEADING_FORMS, SHORT_FORMS } from '../lexicon/company-forms.ts';
import { cutBefore } from '../words/cut-before.ts';
import { oneApart } from '../words/one-apart.ts';
import { skeleton } from '../words/skeleton.ts';

/** A company's name cut out of a text. */
export interface CompanyName {
  readonly name: string;
  /** Whether a legal form ends the name. */
  readonly form: boolean;
  /** The name without its legal form. */
  readonly stem: string;
}

interface Word {
  readonly folded: string;
  readonly start: number;
  readonly end: number;
}

const fold = (text: string) => skeleton(text).replaceAll(' ', '');

/** The forms by their folded letters. */
const FORMS: ReadonlyMap<string, string> = new Map(
  COMPANY_FORMS.toReversed().map((form) => [fold(form), form]),
);
/** Forms of this many letters and more bear one letter misread ("SDW BHD"). */
const FORGIVING = 6;
const FORGIVING_FORMS = Map.groupBy(
  COMPANY_FORMS.map((form) => ({ form, folded: fold(form) })).filter(
    ({ folded }) => folded.length >= FORGIVING,
  ),
  ({ form }) => form.split(' ').length,
);
const MOST_FORM_WORDS = 5;

/**
 * Finds the legal form, mends it when it is misread, and cuts off what follows it (registration numbers). A name
 * without a form loses only a registration number at its end.
 */
export function companyName(text: string): CompanyName {
  const words = [...text.matchAll(/[^\s()[\]]+/gu)].map(
    (match): Word => ({
      folded: fold(match[0]),
      start: match.index,
      end: match.index + match[0].length,
    }),
  );
  const glued = GLUED_FORMS.exec(text);
  if (glued) {
    const rest = text.slice(0, glued.index) + text.slice(glued.index + glued[0].length);
    return { name: withoutRegistration(text), form: true, stem: rest.trim() };
  }
  const found =
    lastForm(words, text, FORGIVING) ?? misreadForm(words) ?? gluedForm(text) ?? lastForm(words, text, 1);
  if (!found) {
    const name = withoutRegistration(text);
    return { name, form: false, stem: name };
  }
  const stem = text.slice(0, found.start).trim();
  const rest = text
    .slice(found.start)
    .trim()
    .replace(/^\S+\s?/u, '');
  if (stem === '' && LEADING_FORMS.has(found.written) && /\p{L}{2}/u.test(rest))
    return { name: withoutRegistration(text), form: true, stem: rest };
  return { name: `${text.slice(0, found.start)}${found.gap ?? ''}${found.written}`.trim(), form: true, stem };
}

/** Whether a legal form that leads names begins a text: "(주)갑을유통". */
export const leadsName = (text: string): boolean => {
  const form = GLUED_FORMS.exec(text);
  return form?.index === 0 && /\p{L}{2}/u.test(text.slice(form[0].length));
};

interface FoundForm {
  readonly start: number;
  readonly gap?: string;
  /** The form as printed if its letters are right, else as it is properly written. */
  readonly written: string;
}

/**
 * The last form of so many letters in the text: the last, so that "& CO" is not taken for the end of "… & CO (M) SDN
 * BHD".
 */
function lastForm(words: readonly Word[], text: string, shortest: number): FoundForm | null {
  let found: FoundForm | null = null;
  for (let from = 0; from < words.length; ) {
    let count = Math.min(MOST_FORM_WORDS, words.length - from);
    for (; count > 0; count--) {
      const form = formOf(words, from, count, text);
      if (form && letters(form.written).length >= shortest) {
        found = form;
        break;
      }
    }
    from += Math.max(1, count);
  }
  return found;
}

function formOf(words: readonly Word[], from: number, count: number, text: string): FoundForm | null {
  const run = words.slice(from, from + count);
  const form = FORMS.get(run.map(({ folded }) => folded).join(''));
  const [first, last] = [run[0], run.at(-1)];
  if (form === undefined || !first || !last) return null;
  const written = text.slice(first.start, last.end);
  const exact = letters(written) === letters(form);
  if (!exact && form.length < FORGIVING && !samePunctuation(written, form)) return null;
  const atEnd = !/\p{L}{3}/u.test(text.slice(last.end));
  if (SHORT_FORMS.has(form) && !(atEnd && from > 0 && written === written.toUpperCase())) return null;
  return { start: first.start, written: exact ? written : form };
}

function misreadForm(words: readonly Word[]): FoundForm | null {
  for (let from = words.length - 1; from >= 0; from--) {
    for (const [count, forms] of FORGIVING_FORMS) {
      const run = words.slice(from, from + count);
      const read = run.map(({ folded }) => folded).join('');
      const near = run.length === count ? forms.find(({ folded }) => oneApart(read, folded)) : undefined;
      if (run[0] && near) return { start: run[0].start, written: near.form };
    }
  }
  return null;
}

const GLUED = /(?<=\p{L}{3})S[DO0]N\.?\s?BH[DO0](?!\p{L})/giu;

/** "TRADINGSDN BHD", "MARKETINGSDNBHD": a form that lost the space before it. */
function gluedForm(text: string): FoundForm | null {
  for (const { index } of text.matchAll(GLUED)) {
    if (index >= 6) return { start: index, gap: ' ', written: 'SDN BHD' };
  }
  return null;
}

/** "5/B" is S/B; "58" is not. */
function samePunctuation(written: string, form: string): boolean {
  const marks = form.replace(/[\p{L}\p{N}]/gu, '');
  return marks !== '' && written.replace(/[\p{L}\p{N}]/gu, '') === marks;
}

const letters = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

const LABELLED_REGISTRATION = /[([{]?\s?(?:co\.?\s?)?(?:reg|roc|company no|co\. ?no|ssm|gst)\b/giu;
/** What may follow the label of a registration at the end of a name. */
const MOST_AFTER_LABEL = 60;
const IN_BRACKETS = /[([{]\s?(?:[A-Z]{1,3}\s?)?\d[\dA-Z\s-]{4,16}[)\]}]?\s?\W?$/iu;
const NUMBER_ALONE = /\s[A-Z]{0,3}\d{5,12}\s?-\s?[A-Z]\W{0,2}$/iu;

/** Drops "(12345-A)", "001234567-W", "[Reg. No. 123]" from the end. */
function withoutRegistration(text: string): string {
  const cut = cutBefore(text, LABELLED_REGISTRATION, MOST_AFTER_LABEL)
    .trim()
    .replace(IN_BRACKETS, '')
    .trimEnd()
    .replace(NUMBER_ALONE, '')
    .trim();
  return cut === '' ? text.trim() : cut;
}

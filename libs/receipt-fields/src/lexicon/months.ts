/** Languages whose names of months CLDR has for us. */
const LANGUAGES: readonly string[] =
  'en ms id de fr es it nl pt sv no da fi pl cs sk hu ro hr bs sl sr mk bg ru uk lt lv et tr vi el he ar fa hi th is sq ca'.split(
    ' ',
  );

/** A name alone, and with a day: then it is in the case that dates have, "1 stycznia". */
const FIELDS = (['long', 'short'] as const).flatMap((month) => [
  { month },
  { month, day: 'numeric' as const },
]);

/** The names of the twelve months in a language. */
function namesOf(language: string): ReadonlySet<string>[] {
  const formats = FIELDS.map(
    (fields) => new Intl.DateTimeFormat(`${language}-u-ca-gregory`, { ...fields, timeZone: 'UTC' }),
  );
  return Array.from({ length: 12 }, (_, month) => {
    const date = new Date(Date.UTC(2024, month, 3));
    const parts = formats.flatMap((format) => format.formatToParts(date));
    const names = parts.flatMap(({ type, value }) => (type === 'month' ? [foldMonth(value)] : []));
    return new Set(names.filter((name) => /\p{L}{2}/u.test(name)));
  });
}

/** A name as it is compared: accents of Latin, Greek and Cyrillic letters are off, and so is a point at the end. */
export function foldMonth(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f.]/g, '')
    .toLowerCase()
    .replaceAll('0', 'o');
}

/** Short forms that CLDR does not have and receipts do. */
const OTHERS: Readonly<Record<string, number>> = {
  mac: 3,
  ogos: 8,
  mrt: 3,
  maa: 3,
  okt: 10,
  des: 12,
  dic: 12,
  dez: 12,
  sept: 9,
  mrz: 3,
  maerz: 3,
};

/** The languages whose receipts are commonest, whose short forms may be any beginning of three letters. */
const COMMON: ReadonlySet<string> = new Set('en ms id de fr es it nl pt sv da pl'.split(' '));

/** For each name the month that it means by language. */
let known: ReadonlyMap<string, ReadonlyMap<string, number>> | undefined;

/** Read when a name first comes: hundreds of formats take a while, and most receipts name no month. */
function meaningsOf(name: string): ReadonlyMap<string, number> | undefined {
  known ??= readMeanings();
  return known.get(name);
}

function readMeanings(): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const meanings = new Map<string, Map<string, number>>();
  const put = (name: string, language: string, month: number) => {
    const months = meanings.get(name) ?? new Map<string, number>();
    meanings.set(name, months.has(language) ? months : months.set(language, month));
  };
  for (const language of LANGUAGES) {
    const months = namesOf(language);
    months.forEach((names, at) => {
      for (const name of names) put(name, language, at + 1);
    });
    months.forEach((names, at) => {
      for (const name of COMMON.has(language) ? names : []) {
        for (let length = 3; length < name.length; length++) put(name.slice(0, length), language, at + 1);
      }
    });
  }
  return meanings;
}

/**
 * The month, 1 to 12, that a name means: in the language if it has it, else in the common languages if they agree, else in
 * any if these do; 0 for a word that is none.
 */
export function monthOf(name: string, language?: string): number {
  const folded = foldMonth(name);
  const meanings = meaningsOf(folded);
  const own = language === undefined ? undefined : meanings?.get(language);
  if (own !== undefined) return own;
  const agreed = (months: Iterable<number>) => {
    const [month, ...more] = new Set(months);
    return month === undefined || more.length > 0 ? undefined : month;
  };
  const common = [...(meanings ?? [])].flatMap(([code, month]) => (COMMON.has(code) ? [month] : []));
  return (
    agreed(common) ?? OTHERS[folded] ?? (common.length > 0 ? 0 : (agreed(meanings?.values() ?? []) ?? 0))
  );
}

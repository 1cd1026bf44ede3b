import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { z } from 'zod';

/** A family of an npm package of Fontsource, all under the SIL Open Font License. */
interface Family {
  readonly slug: string;
  readonly name: string;
  readonly weights: readonly (400 | 700)[];
}

const family = (slug: string, name: string, weights: Family['weights'] = [400, 700]): Family => ({
  slug,
  name,
  weights,
});
const sans = family('noto-sans', 'Noto Sans');
const plex = family('ibm-plex-mono', 'IBM Plex Mono');
const inconsolata = family('inconsolata', 'Inconsolata');
const japanese = family('sawarabi-gothic', 'Sawarabi Gothic', [400]);
const chinese = family('zcool-xiaowei', 'ZCOOL XiaoWei', [400]);

/** By language, fonts that have its letters; those of all others are Latin. What a font lacks the next one has. */
const byLanguage: Readonly<Record<string, readonly Family[]>> = {
  ja: [japanese, sans],
  zh: [chinese, japanese, sans],
  ko: [family('nanum-gothic-coding', 'Nanum Gothic Coding'), sans],
  th: [family('noto-sans-thai', 'Noto Sans Thai'), sans],
  he: [family('noto-sans-hebrew', 'Noto Sans Hebrew'), sans],
  ar: [family('noto-sans-arabic', 'Noto Sans Arabic'), sans],
  hi: [sans],
  el: [sans],
  ru: [plex, sans],
  uk: [plex, sans],
  bg: [sans],
  sr: [sans],
};
const latin: readonly (readonly Family[])[] = [[sans], [plex, sans], [inconsolata, sans]];

const subsetsSchema = z.record(z.string(), z.string());
/** Files that fontconfig has been told of: those of a process are told once. */
const told = new Map<string, Promise<unknown>>();

/** Whether a list of CSS's unicode-range has one of the code points. */
function covers(ranges: string, codes: ReadonlySet<number>): boolean {
  return ranges.split(',').some((range) => {
    const [from = 0, to = from] = range
      .replace('U+', '')
      .split('-')
      .map((hex) => Number.parseInt(hex, 16));
    if (from === to) return codes.has(from);
    return codes.values().some((code) => code >= from && code <= to);
  });
}

const fileOf = (path: string) => fileURLToPath(import.meta.resolve(path));

async function tell({ slug, name, weights }: Family, codes: ReadonlySet<number>): Promise<void> {
  const subsets = subsetsSchema.parse(
    JSON.parse(await readFile(fileOf(`@fontsource/${slug}/unicode.json`), 'utf8')),
  );
  for (const [subset, ranges] of Object.entries(subsets)) {
    if (!covers(ranges, codes)) continue;
    for (const weight of weights) {
      const file = fileOf(
        `@fontsource/${slug}/files/${slug}-${subset.replace(/[[\]]/g, '')}-${weight}-normal.woff`,
      );
      const telling =
        told.get(file) ??
        sharp({ text: { text: '0', font: name, fontfile: file } })
          .raw()
          .toBuffer();
      told.set(file, telling);
      await telling;
    }
  }
}

/**
 * Has libvips know the fonts that have the text's letters, and returns their names as `font-family` takes them.
 *
 * @param language ISO 639
 * @param choice any whole number: which of the language's typefaces
 */
export async function fontsFor(language: string, text: string, choice: number): Promise<string> {
  const families = byLanguage[language] ?? latin[choice % latin.length] ?? [sans];
  const codes = new Set([...text].map((letter) => letter.codePointAt(0) ?? 0));
  for (const one of families) await tell(one, codes);
  return families.map(({ name }) => `'${name}'`).join(', ');
}

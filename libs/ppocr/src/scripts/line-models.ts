import { readFileSync } from 'node:fs';
import { bundled } from '../models.ts';

/**
 * A script by its code of ISO 15924, such as `Cyrl`. Besides: `Hani` stands for all that Chinese and Japanese are
 * written in, `Viet` for Latin with the letters of Vietnamese.
 */
export type Script = string;

/** What `models/scripts/scripts.json` says: made by `tools/build-models`. */
type Manifest = {
  /** What each output of the classifier stands for: a script, `Zyyy` for none (numbers), `Turned` for upside down. */
  readonly classes: readonly Script[];
  /** The height in pixels of the lines that the recogniser of a script takes. */
  readonly heights: Readonly<Record<Script, number>>;
};

/** What PP-OCRv6 itself reads; it has Greek letters, too, but reads them badly. */
const ofWholeAlphabet = ['Hani'];

const path = (name: string) => bundled(`scripts/${name}`);

const manifest = JSON.parse(readFileSync(path('scripts.json'), 'utf8')) as Manifest;

export const scriptClasses = manifest.classes;

/** The files of the model that reads lines of a script, and the height of the lines that it takes. */
export type LineModel = { readonly model: string; readonly alphabet: string; readonly height: number };

/** The model of a script; `whole` if it is the whole alphabet of PP-OCRv6; undefined if there is none. */
export function lineModelOf(script: Script): LineModel | 'whole' | undefined {
  if (ofWholeAlphabet.includes(script)) return 'whole';
  const height = manifest.heights[script];
  if (height === undefined) return undefined;
  return { model: path(`${script}.onnx`), alphabet: path(`${script}.txt`), height };
}

export const wholeAlphabet = { model: path('whole.onnx'), alphabet: path('whole.txt') };

/** Scripts of ISO 15924 that go by another code here. */
const together: Readonly<Record<string, Script>> = { Hans: 'Hani', Hant: 'Hani', Jpan: 'Hani', Kore: 'Hang' };

/**
 * The scripts that languages are written in, by CLDR's likely subtags: `ru` is written in `Cyrl`. A tag may name its
 * script: `sr-Latn`.
 *
 * @throws RangeError if one is no language tag of BCP 47.
 */
export function scriptsOf(languages: readonly string[]): Set<Script> {
  const codes = languages.flatMap((tag) => {
    const { language, script = '' } = new Intl.Locale(tag).maximize();
    const code = together[script] ?? script;
    return language === 'vi' && code === 'Latn' ? ['Latn', 'Viet'] : [code];
  });
  return new Set(codes);
}

const names = new Intl.DisplayNames(['en'], { type: 'script' });
const ownNames: Readonly<Record<Script, string>> = { Hani: 'Chinese or Japanese', Viet: 'Vietnamese' };

/** The English name of a script, to show. */
export const scriptName = (script: Script): string => ownNames[script] ?? names.of(script) ?? script;

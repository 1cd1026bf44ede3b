import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Finds a language's model file, `<code>.traineddata.gz`. */
export type LocateLanguage = (code: string) => string;

/**
 * The file in the npm package `@tesseract.js-data/<code>`: the `best` model of Tesseract 4 in whole numbers.
 *
 * @throws Error that names the package if it is not installed.
 */
export const installedLanguage: LocateLanguage = (code) => {
  const name = `@tesseract.js-data/${code}`;
  try {
    const manifest = fileURLToPath(import.meta.resolve(`${name}/package.json`));
    return join(dirname(manifest), '4.0.0_best_int', `${code}.traineddata.gz`);
  } catch (cause) {
    throw new Error(`The OCR language "${code}" needs the package ${name}, which is not installed`, {
      cause,
    });
  }
};

/**
 * Hands `use` one folder that holds the model of each language: its package's own, or for several languages a
 * temporary one, as Tesseract.js takes a single folder and each package has another.
 */
export async function withLanguageFolder<T>(
  languages: readonly string[],
  locate: LocateLanguage,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const files = languages.map(locate);
  const [first] = files;
  if (files.length === 1 && first !== undefined) return use(dirname(first));
  const folder = await mkdtemp(join(tmpdir(), 'tesseract-languages-'));
  try {
    for (const file of files) await copyFile(file, join(folder, basename(file)));
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

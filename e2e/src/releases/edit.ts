import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A change of one source file: a text in it, and what takes its place. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly put: string;
  /** How often the text is there, once by default. */
  readonly times?: number;
}

/**
 * Edits the files of a tree, one edit after another.
 *
 * @throws Error that names the file and the text if one does not fit the sources; nothing is written then.
 */
export async function edit(tree: string, edits: readonly Edit[]): Promise<void> {
  const texts = new Map<string, string>();
  for (const { file, find, put, times = 1 } of edits) {
    const text = texts.get(file) ?? (await readFile(join(tree, file), 'utf8').catch(() => ''));
    const parts = text.split(find);
    if (parts.length - 1 !== times)
      throw new Error(
        `The test's next release does not fit the sources: '${find}' is ${parts.length - 1} times in ${file}, ` +
          `not ${times}. Adapt e2e/src/releases/next-release.ts to what was changed there.`,
      );
    texts.set(file, parts.join(put));
  }
  for (const [file, text] of texts) await writeFile(join(tree, file), text);
}

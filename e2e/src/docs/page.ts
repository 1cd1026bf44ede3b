import { readFileSync } from 'node:fs';

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const cellsOf = (line: string): string[] =>
  line
    .replace(/^\||\|\s*$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());

/** The tables of a page in Markdown. */
export function tablesIn(page: string): Table[] {
  const blocks = page
    .split(/\n(?!\|)/)
    .map((block) => block.split('\n').filter((line) => line.startsWith('|')));
  return blocks
    .filter(([, rule]) => rule !== undefined && /^[\s|:-]+$/.test(rule))
    .map(([head = '', , ...rows]) => ({ head: cellsOf(head), rows: rows.map(cellsOf) }));
}

/** The links of a page in Markdown: `[text](target)`. A text may be broken over lines. */
export const linksIn = (page: string): { readonly text: string; readonly target: string }[] =>
  Array.from(page.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g), ([, text = '', target = '']) => ({
    text: text.replace(/\s+/g, ' '),
    target,
  }));

/** The code of a page in Markdown: the blocks of a language, `sh`, `js` and so on. */
export const codeIn = (page: string, language: string): string[] =>
  Array.from(page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm))
    .filter(([, tag]) => tag === language)
    .map(([, , code = '']) => code);

/** What a source calls functions with as their first argument, titles of tests among it; dots stand for its values. */
export function titlesIn(source: string): ReadonlySet<string> {
  const literals = source.matchAll(/\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g);
  return new Set(
    Array.from(literals, ([, , text = '']) => text.replace(/\\(['"`])/g, '$1').replace(/\$\{[^}]*\}/g, '…')),
  );
}

/** The links of a page to sources that have no test of that title (any more). */
export const missingProofs = (page: URL): { readonly text: string; readonly target: string }[] =>
  linksIn(readFileSync(page, 'utf8'))
    .filter(({ target }) => target.endsWith('.ts'))
    .filter(({ text, target }) => !titlesIn(readFileSync(new URL(target, page), 'utf8')).has(text));

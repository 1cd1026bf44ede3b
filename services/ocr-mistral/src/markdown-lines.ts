/** A line of a page's Markdown as one reads it, and where it stands there: `[start, end)` in code points. */
export interface MarkdownLine {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A rule, a fence, or the line below a table's head: marks without text. */
const MARK_ONLY = /^(?:[\s:|*_=-]*|`{3}\w*)$/;
/** A list's bullet, unless a number follows: that is an amount below zero. */
const BULLET = /^[-*+] +(?![-\p{Sc}\d])/u;
const IMAGE = /!\[[^[\]]*\]\([^()]*\)/g;
const LINK = /\[([^[\]]*)\]\([^()]*\)/g;
const TAG = /<\/?(?:b|br|i|strong|em|sub|sup|u) ?\/?>/gi;
const ESCAPE = /\\([\\`*_{}[\]()#+\-.!|$&~<>])/g;
/** Stands for an escaped character while marks are taken away: private use, which no page prints. */
const HIDDEN = 0xe000;
const HIDDEN_CHARACTER = /[\ue000-\ue07f]/g;

/** The lines of Markdown that have text, in order; the cells of a table's row are joined by a space each. */
export function markdownLines(markdown: string): MarkdownLine[] {
  let start = 0;
  return markdown.split('\n').flatMap((source) => {
    const line = { text: textOf(source), start, end: start + [...source].length };
    start = line.end + 1;
    return line.text === '' ? [] : [line];
  });
}

/** Markdown without its pictures: the files that they name are not there. */
export const withoutImages = (markdown: string): string => markdown.replace(IMAGE, '').trim();

/** What a line of Markdown says without its marks. */
function textOf(source: string): string {
  const line = source.trim();
  if (MARK_ONLY.test(line)) return '';
  const bare = line
    .replace(ESCAPE, (_, character: string) => String.fromCodePoint(HIDDEN + character.charCodeAt(0)))
    .replace(IMAGE, '')
    .replace(LINK, '$1')
    .replace(TAG, ' ')
    .replace(/^(?:#{1,6}|>) +/, '')
    .replace(BULLET, '')
    .replaceAll('**', '')
    .replaceAll('__', '');
  const cells = bare.startsWith('|') ? bare.split('|') : [bare];
  return cells
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(HIDDEN_CHARACTER, (character) => String.fromCodePoint(character.charCodeAt(0) - HIDDEN));
}

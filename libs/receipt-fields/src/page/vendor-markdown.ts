/** Tags that lay text out, kept without their attributes; and those that do nothing for it, which go. */
const KEPT = /^(?:table|thead|tbody|tr|td|th|b|br|i|u|em|strong|sub|sup)$/;
const DROPPED = /^(?:html|body|div|span|p|center|figure|img)$/;
/** A tag, or a `<` that begins none; a backslash before it has it stand for itself. */
const TAG = /\\?<(?:(\/?)([a-z]{1,20})(?![a-z\d:@.-])([^<>]*)>)?/gi;
const SPAN = /\b(rowspan|colspan)=["']?(\d{1,3})\b/gi;
/** What begins a block of code, which would go on to the end of the document. */
const FENCE = /^([ \t>*+-]*(?:\d{1,9}[.)] *)?)(`{3,}|~{3,})/gm;

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/**
 * A vendor's Markdown as it may stand beside ours: headings, lists, emphasis and tables, and nothing that is fetched,
 * followed or run, or that would take in what comes after it. What the vendor read was printed by a stranger.
 */
export function harmlessMarkdown(markdown: string): string {
  const isClosed = countOf(markdown, /<table\b/gi) === countOf(markdown, /<\/table\b/gi);
  return markdown
    .replace(TAG, (source: string, slash = '', name = '', attributes = '') => {
      const tag = name.toLowerCase();
      if (DROPPED.test(tag)) return '';
      if (!KEPT.test(tag) || !isClosed) return source.replace(/^\\?</, '&lt;');
      const spans = [...attributes.matchAll(SPAN)].map(([, span, count]) => ` ${span}="${count}"`);
      return `<${slash}${tag}${spans.join('')}>`;
    })
    .replace(/\](?=[(:])/g, ']\\')
    .replace(FENCE, (_, before: string, fence: string) => before + fence.replace(/./g, '\\$&'));
}

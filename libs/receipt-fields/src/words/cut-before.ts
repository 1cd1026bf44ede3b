/**
 * The text before the first match of a global pattern that no more than `most` characters follow; the whole text if
 * there is none. What `pattern.{0,most}$` would do, without trying the end again from every place.
 */
export function cutBefore(text: string, pattern: RegExp, most: number): string {
  for (const { 0: match, index } of text.matchAll(pattern)) {
    if (text.length - index - match.length <= most) return text.slice(0, index).trimEnd();
  }
  return text;
}

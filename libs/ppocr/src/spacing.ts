/** Where the recogniser swallows the thin gap that print leaves: pattern and what it becomes. */
const rules: readonly (readonly [RegExp, string])[] = [
  // "Date:12" and "Tel:03", but no time (digit before) and no address of the web (slash after).
  [/(?<=[\p{L}.)#])([:;])(?=[\p{L}\d])/gu, '$1 '],
  // ":12" at the start of a line, a value in a column of its own.
  [/^:(?=[\p{L}\d])/u, ': '],
  // "24/11/202618:05": a date with its time behind it.
  [/(\d{1,2}[/-]\d{1,2}[/-]\d{4})(?=\d{1,2}:\d\d)/g, '$1 '],
];

/** Puts back the spaces that receipts have and the recogniser loses. */
export function restoreSpaces(text: string): string {
  return rules.reduce((line, [pattern, replacement]) => line.replace(pattern, replacement), text.trim());
}

/**
 * The text with what stands between the lines that have `begin <name>` and `end <name>` replaced. Whatever the file's
 * comments look like, these lines are two of them.
 *
 * @throws Error if the lines are not there.
 */
export function replaceSection(text: string, name: string, content: string): string {
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => line.includes(`begin ${name}`));
  const end = lines.findIndex((line) => line.includes(`end ${name}`));
  if (begin < 0 || end < begin) throw new Error(`there are no lines "begin ${name}" and "end ${name}"`);
  return [...lines.slice(0, begin + 1), content.trimEnd(), ...lines.slice(end)].join('\n');
}

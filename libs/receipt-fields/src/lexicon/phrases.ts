/** Splits a table cell, phrases parted by commas over any number of lines, into the phrases. */
export function phrases(cell: string): string[] {
  return cell
    .split(',')
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== '');
}

/** The letters of Windows-1252 (ISO 32000-1, annex D.2, WinAnsiEncoding), by what they are. */
const codes = new Map(
  Array.from(new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 256 }, (_, code) => code))).map(
    (letter, code) => [letter, code] as const,
  ),
);
/** A letter's code in Windows-1252; undefined if it is not in it. */
export function codeOf(letter: string): number | undefined {
  const code = codes.get(letter) ?? 0;
  return code >= 32 ? code : undefined;
}

/** Signs that say nothing of a receipt, and what joins and turns letters. */
const SILENT = /[\p{Extended_Pictographic}\p{Cf}\p{Cc}\p{Co}\p{Cs}]/u;
const WRITTEN = /[\p{L}\p{M}\p{N}\p{P}\p{Sc}№]/u;
/** What stands for a letter that PDFium has no number for: those beyond 16 bits. */
const MISSING = '\u3013';
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;
/** Numbers and words run to the right in lines that run to the left, with what stands between their letters. */
const TO_THE_RIGHT = /[\p{Nd}\p{Script=Latin}]/u;
const BETWEEN = '.,٫٬:/@-';

/** The letters of a line from left to right as they are seen, in which PDFs have them. */
function asSeen(line: string): string {
  if (!RIGHT_TO_LEFT.test(line)) return line;
  const letters = Array.from(line).reverse();
  const isRun = letters.map((letter) => TO_THE_RIGHT.test(letter));
  const seen: string[] = [];
  let run: string[] = [];
  for (const [at, letter] of letters.entries()) {
    if (isRun[at] || (run.length > 0 && isRun[at + 1] && BETWEEN.includes(letter))) run.push(letter);
    else {
      seen.push(...run.reverse(), letter);
      run = [];
    }
  }
  return [...seen, ...run.reverse()].join('');
}

/** The letters of a line that are written: others are a dash, or nothing. */
export const lettersOf = (line: string): string[] =>
  Array.from(
    asSeen(
      line
        .replaceAll('\t', '    ')
        .normalize('NFC')
        .replaceAll(/\p{Zs}/gu, ' '),
    ),
  ).flatMap((letter) => {
    if (codeOf(letter) !== undefined) return [letter];
    if (SILENT.test(letter)) return [];
    if (!WRITTEN.test(letter)) return ['-'];
    return [letter.length > 1 ? MISSING : letter];
  });

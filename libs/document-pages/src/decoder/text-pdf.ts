import { DocumentError } from '../document-error.ts';

/** A4 in points, its margins, and the grid of the text: Courier is 0.6 of its size wide. */
const WIDTH = 595;
const HEIGHT = 842;
const MARGIN = 36;
const SIZE = 10;
const LEADING = 13;
const COLUMNS = Math.floor((WIDTH - 2 * MARGIN) / (0.6 * SIZE));
const ROWS = Math.floor((HEIGHT - 2 * MARGIN) / LEADING);

/** The letters of Windows-1252 (ISO 32000-1, annex D.2, WinAnsiEncoding), by what they are. */
const codes = new Map(
  Array.from(new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 256 }, (_, code) => code))).map(
    (letter, code) => [letter, code] as const,
  ),
);
/** Signs that say nothing of a receipt, and what joins and turns letters. */
const SILENT = /[\p{Extended_Pictographic}\p{Cf}\p{Cc}\p{Mn}\p{Co}\p{Cs}]/gu;
const LETTER_OR_DIGIT = /[\p{L}\p{N}\p{Sc}]/u;

/**
 * A line in Windows-1252.
 *
 * @throws DocumentError `unsupported_document` if a letter, digit or currency is not in it.
 */
function encoded(line: string): Buffer {
  const visible = line
    .replaceAll('\t', '    ')
    .normalize('NFC')
    .replaceAll(/\p{Zs}/gu, ' ');
  const bytes = Array.from(visible, (letter) => {
    const code = codes.get(letter);
    if (code !== undefined && code >= 32) return code;
    if (letter.search(SILENT) >= 0) return 0;
    if (LETTER_OR_DIGIT.test(letter))
      throw new DocumentError(
        'unsupported_document',
        'The text of the mail is in a script that is not drawn; attach it as a PDF or a picture',
      );
    return codes.get('-') ?? 0;
  });
  return Buffer.from(bytes.filter((code) => code > 0));
}

/** As many rows as the line takes, broken at spaces where there are some. */
function* rowsOf(line: Buffer): Generator<Buffer> {
  let rest = line;
  while (rest.length > COLUMNS) {
    const space = rest.lastIndexOf(' ', COLUMNS);
    const at = space > 0 ? space : COLUMNS;
    yield rest.subarray(0, at);
    rest = rest.subarray(space > 0 ? at + 1 : at);
  }
  yield rest;
}

const contentOf = (rows: readonly Buffer[]): string =>
  [
    `BT /F ${SIZE} Tf ${LEADING} TL ${MARGIN} ${HEIGHT - MARGIN} Td`,
    ...rows.map((row) => `T* <${row.toString('hex')}> Tj`),
    'ET',
  ].join('\n');

/**
 * A PDF of lines of text, in Courier on A4, longer ones wrapped; more than one blank line is one.
 *
 * @throws DocumentError `unsupported_document` if they have letters that are not in Windows-1252, `document_too_large` if
 *   they take more pages.
 */
export function pdfOfText(lines: readonly string[], maxPages: number): Buffer {
  const pages: Buffer[][] = [];
  let page: Buffer[] = [];
  let isBlank = true;
  for (const line of lines) {
    const bytes = encoded(line.trimEnd());
    if (bytes.length === 0 && isBlank) continue;
    isBlank = bytes.length === 0;
    for (const row of rowsOf(bytes)) {
      if (page.length === 0) pages.push(page);
      if (pages.length > maxPages)
        throw new DocumentError(
          'document_too_large',
          `The text of the mail has more than ${maxPages} pages; attach what is to be read as a PDF`,
        );
      page.push(row);
      if (page.length === ROWS) page = [];
    }
  }
  return fileOf(pages.map(contentOf));
}

/** The file of pages with these contents (ISO 32000-1, 7.5). */
function fileOf(contents: readonly string[]): Buffer {
  const first = 4;
  const kids = contents.map((_, at) => `${first + 2 * at} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${contents.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>',
    ...contents.flatMap((content, at) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${WIDTH} ${HEIGHT}] /Resources << /Font << /F 3 0 R >> >> /Contents ${first + 2 * at + 1} 0 R >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    ]),
  ];
  let file = '%PDF-1.4\n';
  const places = objects.map((object, at) => {
    const place = file.length;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join('')}`;
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file + table + trailer, 'latin1');
}

import { DocumentError } from '../document-error.ts';
import { codeOf, lettersOf } from './text-letters.ts';

/** A4 in points, its margins, and the grid of the text: Courier is 0.6 of its size wide. */
const WIDTH = 595;
const HEIGHT = 842;
const MARGIN = 36;
const SIZE = 10;
const LEADING = 13;
const COLUMNS = Math.floor((WIDTH - 2 * MARGIN) / (0.6 * SIZE));
const ROWS = Math.floor((HEIGHT - 2 * MARGIN) / LEADING);

/**
 * Letters beyond Windows-1252, in a font that is neither in the file nor, for most of them, anywhere else: so the page's own
 * text has them, and its picture may not.
 */
class Beyond {
  readonly #codes = new Map<string, number>();

  codeOf(letter: string): string {
    const known = this.#codes.get(letter) ?? this.#codes.size + 1;
    this.#codes.set(letter, known);
    return known.toString(16).padStart(4, '0');
  }

  /** What its codes mean (ISO 32000-1, 9.10.3), in blocks of 100 at most. */
  get meaning(): string {
    const utf16 = (letter: string) => Buffer.from(letter, 'utf16le').swap16().toString('hex');
    const entries = Array.from(this.#codes, ([letter, code]) => [code, utf16(letter)] as const);
    const blocks = Array.from({ length: Math.ceil(entries.length / 100) }, (_, n) => {
      const block = entries.slice(100 * n, 100 * (n + 1));
      const lines = block.map(([code, said]) => `<${code.toString(16).padStart(4, '0')}> <${said}>`);
      return `${block.length} beginbfchar\n${lines.join('\n')}\nendbfchar`;
    });
    return [
      '/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Said def /CMapType 2 def',
      '1 begincodespacerange <0000> <ffff> endcodespacerange',
      ...blocks,
      'endcmap CMapName currentdict /CMap defineresource pop end end',
    ].join('\n');
  }
}

/** As many rows as the line takes, broken at spaces where there are some. */
function* rowsOf(line: readonly string[]): Generator<readonly string[]> {
  let rest = line;
  while (rest.length > COLUMNS) {
    const space = rest.lastIndexOf(' ', COLUMNS);
    const at = space > 0 ? space : COLUMNS;
    yield rest.slice(0, at);
    rest = rest.slice(space > 0 ? at + 1 : at);
  }
  yield rest;
}

/** Runs of letters of one font. */
function shown(row: readonly string[], beyond: Beyond): string {
  const runs: { font: 'F' | 'G'; text: string }[] = [];
  for (const letter of row) {
    const drawn = codeOf(letter);
    const font = drawn === undefined ? 'G' : 'F';
    const code = drawn?.toString(16) ?? beyond.codeOf(letter);
    const last = runs.at(-1);
    if (last?.font === font) last.text += code;
    else runs.push({ font, text: code });
  }
  return ['T*', ...runs.map(({ font, text }) => `/${font} ${SIZE} Tf <${text}> Tj`)].join(' ');
}

const contentOf = (rows: readonly (readonly string[])[], beyond: Beyond): string =>
  [`BT ${LEADING} TL ${MARGIN} ${HEIGHT - MARGIN} Td`, ...rows.map((row) => shown(row, beyond)), 'ET'].join(
    '\n',
  );

/**
 * A PDF of lines of text, in Courier on A4, longer ones wrapped; more than one blank line is one. Letters that are not in
 * Windows-1252 are in its text alone, where nobody has a font for them.
 *
 * @throws DocumentError `document_too_large` if they take more pages.
 */
export function pdfOfText(lines: readonly string[], maxPages: number): Buffer {
  const pages: (readonly string[])[][] = [];
  let page: (readonly string[])[] = [];
  let isBlank = true;
  for (const line of lines) {
    const letters = lettersOf(line.trimEnd());
    if (letters.length === 0 && isBlank) continue;
    isBlank = letters.length === 0;
    for (const row of rowsOf(letters)) {
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
  const beyond = new Beyond();
  const contents = pages.map((rows) => contentOf(rows, beyond));
  return fileOf(contents, beyond.meaning);
}

const streamOf = (content: string): string =>
  `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;

/** The file of pages with these contents (ISO 32000-1, 7.5). */
function fileOf(contents: readonly string[], meaning: string): Buffer {
  const first = 8;
  const kids = contents.map((_, at) => `${first + 2 * at} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${contents.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>',
    '<< /Type /Font /Subtype /Type0 /BaseFont /Beyond /Encoding /Identity-H /DescendantFonts [5 0 R] /ToUnicode 7 0 R >>',
    '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Beyond /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 600 /FontDescriptor 6 0 R >>',
    '<< /Type /FontDescriptor /FontName /Beyond /Flags 4 /FontBBox [0 -200 600 800] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>',
    streamOf(meaning),
    ...contents.flatMap((content, at) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${WIDTH} ${HEIGHT}] /Resources << /Font << /F 3 0 R /G 4 0 R >> >> /Contents ${first + 2 * at + 1} 0 R >>`,
      streamOf(content),
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

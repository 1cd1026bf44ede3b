import { PDFDocument, setTextRenderingMode, TextRenderingMode } from 'pdf-lib';
import { pdfOf, pdfStream } from './pdf-file.ts';

/** What a page is made of beside its content, as PDF syntax (ISO 32000-1). */
export interface PagePart {
  /** Entries of the page, such as `/Rotate 90`. */
  readonly entries?: string;
  /** Entries of its resources; `/F` is Helvetica unless they name fonts. */
  readonly resources?: string;
  /** Further objects, numbered from 5. */
  readonly objects?: readonly string[];
}

/** A PDF of one page, 3 by 2 inches, that is drawn by operators. */
export function drawnPdf(content: string, { entries = '', resources, objects = [] }: PagePart = {}): Buffer {
  const fonts = resources ?? '/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>';
  const box = entries.includes('/MediaBox') ? '' : '/MediaBox [0 0 216 144]';
  return pdfOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R ${box} ${entries} /Resources << ${fonts} >> /Contents 4 0 R >>`,
    pdfStream('', Buffer.from(content, 'latin1')),
    ...objects,
  ]);
}

/** Shows a text in 12 points. */
export const shown = (text: string, x: number, y: number, state = ''): string =>
  `BT ${state} /F 12 Tf ${x} ${y} Td (${text}) Tj ET\n`;

/** A map from bytes to Unicode (9.10.3), which programs that copy text believe. */
const toUnicode = (unicodeOf: (code: number) => number): string => {
  const codes = Array.from({ length: 95 }, (_, at) => 0x20 + at);
  const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0');
  const lines = codes.map((code) => `<${hex(code, 2)}> <${hex(unicodeOf(code), 4)}>`);
  return pdfStream(
    '',
    Buffer.from(`begincmap 1 begincodespacerange <00> <ff> endcodespacerange
${lines.length} beginbfchar\n${lines.join('\n')}\nendbfchar endcmap`),
  );
};

/** A page that shows the lines in Helvetica, and says that they are what `unicodeOf` makes of each letter. */
export const lyingPdf = (lines: readonly string[], unicodeOf: (code: number) => number): Buffer =>
  drawnPdf(lines.map((line, at) => shown(line, 18, 110 - 20 * at)).join(''), {
    resources:
      '/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 5 0 R >> >>',
    objects: [toUnicode(unicodeOf)],
  });

/** A line of text in a font of East Asia that the file does not hold, as programs there take for granted. */
export function eastAsianPdf(text: string, latin = ''): Buffer {
  const codes = Buffer.from(text, 'utf16le').swap16().toString('hex');
  return drawnPdf(`BT /G 16 Tf 18 72 Td <${codes}> Tj ET\n${latin && shown(latin, 18, 40)}`, {
    resources: '/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> /G 5 0 R >>',
    objects: [
      '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>',
      '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /DW 1000 /FontDescriptor 7 0 R >>',
      '<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 >>',
    ],
  });
}

/** A scan, a JPEG, with text laid over it that is not drawn (text rendering mode 3), as programs that read scans write. */
export async function scannedPdf(jpeg: Uint8Array, said: readonly string[]): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const image = await pdf.embedJpg(jpeg);
  const [width, height] = [216, (216 * image.height) / image.width];
  const page = pdf.addPage([width, height]);
  page.drawImage(image, { x: 0, y: 0, width, height });
  page.pushOperators(setTextRenderingMode(TextRenderingMode.Invisible));
  said.forEach((line, at) => {
    page.drawText(line, { x: 18, y: height - 20 * (at + 1), size: 12 });
  });
  return pdf.save();
}

/** A page of text in 12 points, with a field of a form, a picture (JPEG), or both below. */
export async function mixedPdf(
  lines: readonly string[],
  { field, jpeg }: { readonly field?: string; readonly jpeg?: Uint8Array },
): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const image = jpeg && (await pdf.embedJpg(jpeg));
  const pictured = image ? (240 * image.height) / image.width : 0;
  const height = 60 + 20 * lines.length + pictured + (field ? 40 : 0);
  const page = pdf.addPage([300, height]);
  lines.forEach((line, at) => {
    page.drawText(line, { x: 20, y: height - 30 - 20 * at, size: 12 });
  });
  if (image) page.drawImage(image, { x: 20, y: 10, width: 240, height: pictured });
  if (field !== undefined) {
    const text = pdf.getForm().createTextField('field');
    text.setText(field);
    text.addToPage(page, { x: 20, y: 20 + pictured, width: 150, height: 24, borderWidth: 0 });
  }
  return pdf.save();
}

import { degrees, PDFDocument, StandardFonts } from 'pdf-lib';

/**
 * A PDF page as a program prints it: lines of text in Helvetica, which the file does not hold, from the top left.
 * `size` is in points (1/72 inch); `turn` is the clockwise turn that a viewer shows it with.
 */
export async function textPdf(
  lines: string[],
  size: [width: number, height: number] = [216, 432],
  turn: 0 | 90 | 180 | 270 = 0,
): Promise<Uint8Array> {
  // No metadata, since it would hold the time of making.
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const page = pdf.addPage(size);
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  lines.forEach((line, i) => {
    page.drawText(line, { x: 18, y: size[1] - 18 - 14 * (i + 1), size: 11, font });
  });
  page.setRotation(degrees(turn));
  return pdf.save();
}

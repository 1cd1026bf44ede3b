import { PDFDocument, PDFName, PDFString, StandardFonts } from 'pdf-lib';

/**
 * A PDF whose text is in the fields of a form, one below the other. Without `appearances` a viewer has to draw them
 * itself (ISO 32000-1, NeedAppearances).
 */
export async function formPdf(values: readonly string[], appearances: boolean): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const page = pdf.addPage([216, 40 + 24 * values.length]);
  const form = pdf.getForm();
  for (const [at, value] of values.entries()) {
    const field = form.createTextField(`field${at}`);
    field.setText(value);
    field.addToPage(page, {
      x: 18,
      y: 20 + 24 * (values.length - 1 - at),
      width: 180,
      height: 20,
      borderWidth: 0,
    });
    if (appearances) continue;
    for (const widget of field.acroField.getWidgets()) widget.dict.delete(PDFName.of('AP'));
  }
  if (!appearances) form.acroForm.dict.set(PDFName.of('NeedAppearances'), pdf.context.obj(true));
  return pdf.save({ updateFieldAppearances: appearances });
}

/** A PDF whose text is a note on an empty page (ISO 32000-1, 12.5.6.6), without an appearance of its own. */
export async function freeTextPdf(text: string): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const page = pdf.addPage([216, 72]);
  const note = pdf.context.obj({
    Type: 'Annot',
    Subtype: 'FreeText',
    Rect: [18, 18, 198, 54],
    DA: PDFString.of('/Helv 14 Tf 0 g'),
    Contents: PDFString.of(text),
    F: 4,
  });
  page.node.addAnnot(pdf.context.register(note));
  return pdf.save();
}

/** A page of text that is measured in units of `unit` points (ISO 32000-2, UserUnit): 3 by 2 inches. */
export async function unitPdf(text: string, unit: number): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const page = pdf.addPage([216 / unit, 144 / unit]);
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  page.drawText(text, { x: 18 / unit, y: 72 / unit, size: 20 / unit, font });
  page.node.set(PDFName.of('UserUnit'), pdf.context.obj(unit));
  return pdf.save();
}

/**
 * A PDF of one page to which files are attached. A viewer of a portfolio shows those, and its page only if it knows no
 * portfolios.
 */
export async function attachedPdf(
  files: Readonly<Record<string, Uint8Array>>,
  { portfolio }: { readonly portfolio: boolean },
): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const page = pdf.addPage([216, 144]);
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  page.drawText('Open this with a viewer of portfolios', { x: 18, y: 72, size: 10, font });
  for (const [name, bytes] of Object.entries(files)) await pdf.attach(bytes, name);
  if (portfolio)
    pdf.catalog.set(PDFName.of('Collection'), pdf.context.obj({ Type: 'Collection', View: 'T' }));
  return pdf.save({ useObjectStreams: false });
}

/** A page for each text; `packed` puts the objects into streams, as programs do since PDF 1.5. */
export async function pagesPdf(
  texts: readonly string[],
  { packed }: { readonly packed: boolean },
): Promise<Buffer> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (const text of texts) pdf.addPage([216, 144]).drawText(text, { x: 18, y: 72, size: 12, font });
  return Buffer.from(await pdf.save({ useObjectStreams: packed }));
}

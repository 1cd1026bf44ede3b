import type { DocumentFormat } from '../document-format.ts';
import { imageDecoder } from './image-decoder.ts';
import type { OpenSource } from './page-source.ts';

/** Only what the document's format needs is loaded. */
export async function loadDecoder(format: DocumentFormat): Promise<OpenSource> {
  if (format === 'pdf') return (await import('./pdf.ts')).loadPdfDecoder(imageDecoder);
  if (format === 'mail') return (await import('./mail.ts')).openMail;
  return imageDecoder(format);
}

import type { DocumentFormat } from '../document-format.ts';
import type { OpenSource } from './page-source.ts';

/** The decoder of a picture's format. Only what it needs is loaded. */
export async function imageDecoder(format: Exclude<DocumentFormat, 'mail' | 'pdf'>): Promise<OpenSource> {
  if (format === 'heic') return (await import('./heic.ts')).loadHeicDecoder();
  return (await import('./images.ts')).openImage;
}

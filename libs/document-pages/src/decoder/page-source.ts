import type { DocumentFormat } from '../document-format.ts';
import type { DocumentLimits } from '../limits.ts';
import type { Channels, PageImage } from '../page-image.ts';

/** An open document: how many pages there are, and one page at a time. */
export interface PageSource {
  readonly pageCount: number;
  /** Pictures of the file beside its pages, of which each would be one if that had been asked for. */
  readonly furtherPictures?: number;
  /** Decodes the page at `index`, from 0. Nothing is kept of it afterwards. */
  page(index: number): Promise<PageImage<Channels>>;
}

/**
 * Opens a document of the format that it was loaded for.
 *
 * @throws DocumentError if the reason is more specific than that the document cannot be decoded.
 */
export type OpenSource = (
  bytes: Uint8Array,
  limits: DocumentLimits,
  channels: Channels,
) => Promise<PageSource>;

/** The decoder of a picture's format. */
export type ImageDecoder = (format: Exclude<DocumentFormat, 'mail' | 'pdf'>) => Promise<OpenSource>;

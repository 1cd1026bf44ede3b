import PostalMime, { type Attachment } from 'postal-mime';
import sharp from 'sharp';
import { DocumentError } from '../document-error.ts';
import { documentFormat } from '../document-format.ts';
import { checkPageCount, type DocumentLimits } from '../limits.ts';
import type { Channels } from '../page-image.ts';
import { imageDecoder } from './image-decoder.ts';
import { join, unreadable } from './join.ts';
import { htmlAsPdf, saysAmount, textOfMail } from './mail-text.ts';
import type { OpenSource, PageSource } from './page-source.ts';

/** A mail in a mail in a mail. */
const DEEPEST = 2;
/** Parts in parts. */
const maxNestingDepth = 32;
/** Bytes, of all parts together. */
const maxHeadersSize = 1_048_576;
/** A picture in the text that is smaller is a logo, a line or what tells that the mail was opened. Pixels. */
const LEAST_SIDE = 200;
const LEAST_PIXELS = 100_000;

/**
 * Opens a mail (RFC 5322): its pages are those of the PDFs, pictures and mails that are attached to it or stand in its text, in
 * their order, small pictures in the text left out. Of a mail without any its text is the page.
 */
export const openMail: OpenSource = async (bytes, limits, channels) => {
  let left = limits.maxPages;
  const open = new Opener(limits, channels, () => {
    if (left-- === 0)
      throw new DocumentError(
        'document_too_large',
        'Too much is attached to the mail; send what is attached by itself',
      );
  });
  const source = await open.mail(bytes, 0);
  checkPageCount(source.pageCount, limits);
  return source;
};

class Opener {
  readonly #limits: DocumentLimits;
  readonly #channels: Channels;
  /** Counts files; throws if there are too many. */
  readonly #count: () => void;
  #pdf: Promise<OpenSource> | undefined;

  constructor(limits: DocumentLimits, channels: Channels, count: () => void) {
    this.#limits = limits;
    this.#channels = channels;
    this.#count = count;
  }

  async mail(bytes: Uint8Array, depth: number): Promise<PageSource> {
    const mail = await PostalMime.parse(bytes, {
      forceRfc822Attachments: true,
      maxNestingDepth,
      maxHeadersSize,
    });
    const sources: PageSource[] = [];
    let inText = 0;
    for (const attachment of mail.attachments) {
      const opening = await this.#attached(attachment, depth);
      if (!opening) continue;
      this.#count();
      if (isInText(attachment)) inText++;
      sources.push(await opening().catch(unreadable));
    }
    if (sources.length > inText || (inText > 0 && !saysAmount(mail))) return join(sources);
    const text = await this.#openPdf(await textOfMail(mail, this.#limits));
    return join([
      text,
      ...sources,
      ...mail.attachments
        .filter(isMissed)
        .slice(0, 1)
        .map(() => MISSED),
    ]);
  }

  /** How to open what is attached; null if it is no document, or no page of one. */
  async #attached(attachment: Attachment, depth: number): Promise<(() => Promise<PageSource>) | null> {
    const { content, mimeType, disposition } = attachment;
    if (typeof content === 'string') return null;
    const file = new Uint8Array(content);
    // Texts that are attached may begin like mails.
    if (mimeType === 'message/rfc822') return () => this.#mailIn(file, depth + 1);
    const format = documentFormat(file);
    if (format === undefined && mimeType === 'text/html' && disposition === 'attachment')
      return async () => this.#openPdf(htmlAsPdf(new TextDecoder().decode(file), this.#limits));
    if (format === undefined || format === 'mail') return null;
    if (format === 'pdf') return () => this.#openPdf(file);
    if (isInText(attachment) && (await isSmall(file))) return null;
    return async () => (await imageDecoder(format))(file, this.#limits, this.#channels);
  }

  async #mailIn(bytes: Uint8Array, depth: number): Promise<PageSource> {
    if (depth > DEEPEST)
      throw new DocumentError(
        'unsupported_document',
        `A mail lies more than ${DEEPEST} deep in others; send it by itself`,
      );
    return this.mail(bytes, depth);
  }

  async #openPdf(bytes: Uint8Array): Promise<PageSource> {
    this.#pdf ??= import('./pdf.ts').then(({ loadPdfDecoder }) => loadPdfDecoder(imageDecoder));
    return (await this.#pdf)(bytes, this.#limits, this.#channels);
  }
}

/** As a picture that its HTML shows. */
const isInText = ({ mimeType, disposition, related }: Attachment): boolean =>
  mimeType.startsWith('image/') && (related === true || disposition === 'inline');

/** Attached beside the text, and neither a text, such as a calendar's, nor a signature: it may be the receipt. */
const isMissed = ({ mimeType, disposition, related }: Attachment): boolean =>
  disposition === 'attachment' && !related && !NO_DOCUMENT.test(mimeType);
const NO_DOCUMENT = /^(text|image|message)\/|signature|calendar/;
const MISSED = unreadable(
  new DocumentError(
    'unsupported_document',
    'What is attached to the mail is neither a PDF, a picture nor a mail; send it as one of these',
  ),
);

/** Whether a picture is too small for a receipt. One whose size is not known is not. */
async function isSmall(file: Uint8Array): Promise<boolean> {
  try {
    const { width, height } = await sharp(file, { limitInputPixels: false }).metadata();
    return Math.min(width, height) < LEAST_SIDE || width * height < LEAST_PIXELS;
  } catch {
    return false;
  }
}

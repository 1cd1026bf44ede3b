import { convert } from 'html-to-text';
import type { Email } from 'postal-mime';
import { DocumentError } from '../document-error.ts';
import type { DocumentLimits } from '../limits.ts';
import { pdfOfText } from './text-pdf.ts';

/** Characters of HTML; of what is longer, what follows is left out by the library. */
const MOST_HTML = 2_000_000;
/** Elements in elements, and in one. */
const limits = { maxInputLength: MOST_HTML, maxDepth: 200, maxChildNodes: 5_000 };

/** As a person sees it, rows of tables as lines. */
const textOfHtml = (html: string): string =>
  convert(html, {
    wordwrap: false,
    limits,
    selectors: [
      { selector: 'a', options: { ignoreHref: true } },
      { selector: 'img', format: 'skip' },
      { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        options: { uppercase: false },
      })),
    ],
  });

/** What stands above a mail that is printed. */
function headOf({ from, date, subject }: Email): string[] {
  const sender = from && [from.name, from.address && `<${from.address}>`].filter(Boolean).join(' ');
  const sent = date?.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*$/, '$1 $2');
  return [
    ...(sender ? [`From: ${sender}`] : []),
    ...(sent ? [`Date: ${sent}`] : []),
    ...(subject ? [`Subject: ${subject}`] : []),
  ];
}

/**
 * The text of a mail as a PDF.
 *
 * @throws DocumentError `unsupported_document` if there is none, or it has letters that are not drawn;
 *   `document_too_large` if it takes more pages than are allowed.
 */
export async function textOfMail(mail: Email, { maxPages }: DocumentLimits): Promise<Uint8Array> {
  if (!mail.text && (mail.html?.length ?? 0) > MOST_HTML)
    throw new DocumentError(
      'document_too_large',
      `The text of the mail has more than ${MOST_HTML} characters; attach what is to be read as a PDF`,
    );
  const text = (mail.text || textOfHtml(mail.html ?? '')).trim();
  if (text === '')
    throw new DocumentError(
      'unsupported_document',
      'The mail has neither text nor a PDF or large picture that is attached; send the receipt by itself',
    );
  return pdfOfText([...headOf(mail), '', ...text.split(/\r?\n/)], maxPages);
}

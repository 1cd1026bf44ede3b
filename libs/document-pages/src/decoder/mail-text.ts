import { convert } from 'html-to-text';
import type { Email } from 'postal-mime';
import { DocumentError } from '../document-error.ts';
import type { DocumentLimits } from '../limits.ts';
import { pdfOfText } from './text-pdf.ts';

/** Characters of HTML; of what is longer, what follows is left out by the library. */
const MOST_HTML = 2_000_000;
/** Elements in elements, and in one. */
const limits = { maxInputLength: MOST_HTML, maxDepth: 200, maxChildNodes: 5_000 };

/** Not shown: what stands in a list of mails after the subject, and what telephones alone show. */
const HIDDEN = ['display:none', 'display: none', 'visibility:hidden', 'visibility: hidden'];
/** Shown away from the text before it, as a price is. */
const ASIDE = ['float:right', 'float: right'];
const styled = (styles: readonly string[], format: string) =>
  styles.map((style) => ({ selector: `[style*="${style}" i]`, format }));

/** As a person sees it, rows of tables as lines. */
const textOfHtml = (html: string): string =>
  convert(html, {
    wordwrap: false,
    limits,
    formatters: {
      aside: (element, walk, builder) => {
        builder.addLiteral('   ');
        walk(element.children, builder);
      },
    },
    selectors: [
      { selector: '[hidden]', format: 'skip' },
      ...styled(HIDDEN, 'skip'),
      ...styled(ASIDE, 'aside'),
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

const ADDRESS = /https?:\S+/g;
const numbersIn = (text: string): number => text.replaceAll(ADDRESS, '').match(/\d+/g)?.length ?? 0;

/** Its plain text unless that of its HTML has more numbers: then the plain one says no more than where to look. */
function fullerText({ text, html = '' }: Pick<Email, 'text' | 'html'>): string {
  const plain = text?.trim() ?? '';
  if (plain === '' && html.length > MOST_HTML)
    throw new DocumentError(
      'document_too_large',
      `The text of the mail has more than ${MOST_HTML} characters; attach what is to be read as a PDF`,
    );
  const shown = html.length > MOST_HTML ? '' : textOfHtml(html).trim();
  return plain === '' || numbersIn(shown) > numbersIn(plain) ? shown : plain;
}

const AMOUNT = /\d[.,]\d\d(?!\d)|\p{Sc}\s?\d|\d\s?\p{Sc}/u;

/** Whether the text says an amount: a receipt may be in it, whatever pictures adorn it. */
export const saysAmount = (mail: Email): boolean => AMOUNT.test(fullerText(mail));

/**
 * A text in HTML as a PDF. Throws as `textOfMail`.
 */
export const htmlAsPdf = (html: string, { maxPages }: DocumentLimits): Uint8Array =>
  pdfOfText(fullerText({ html }).split(/\r?\n/), maxPages);

/**
 * The text of a mail as a PDF.
 *
 * @throws DocumentError `unsupported_document` if there is none;
 *   `document_too_large` if it takes more pages than are allowed.
 */
export async function textOfMail(mail: Email, { maxPages }: DocumentLimits): Promise<Uint8Array> {
  const text = fullerText(mail);
  if (text === '')
    throw new DocumentError(
      'unsupported_document',
      'The mail has neither text nor a PDF or large picture that is attached; send the receipt by itself',
    );
  return pdfOfText([...headOf(mail), '', ...text.split(/\r?\n/)], maxPages);
}

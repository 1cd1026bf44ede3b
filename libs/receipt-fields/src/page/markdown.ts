import { knownFields, type Receipt, type ReceiptItem, type RecognisedPage } from '@inkstream/contracts';
import { toText } from './text.ts';

/**
 * A rendering to read: of each receipt the merchant as heading, the fields as a list, the items as a table; then the
 * whole text.
 */
export function toMarkdown(
  pages: readonly RecognisedPage[],
  receipts: readonly Receipt[],
  text = toText(pages),
): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  const blocks = [
    ...receipts.flatMap((receipt) => [
      receipt.merchant ? `# ${inline(receipt.merchant.value)}` : null,
      fieldList(receipt),
      itemTable(receipt.items),
    ]),
    text === '' ? null : `${fence}text\n${text}\n${fence}`,
  ];
  return blocks.filter((block) => block !== null && block !== '').join('\n\n');
}

function fieldList(receipt: Receipt): string {
  return knownFields(receipt)
    .filter(({ name }) => name !== 'merchant')
    .map(({ title, field }) => `- **${title}:** ${inline(field.value)}`)
    .join('\n');
}

function itemTable(items: readonly ReceiptItem[]): string | null {
  if (items.length === 0) return null;
  const rows = items.map(({ description, quantity, unitPrice, amount }) =>
    [description, quantity ?? '', unitPrice ?? '', amount ?? ''].map(inline).join(' | '),
  );
  return [
    '| Item | Quantity | Unit price | Amount |',
    '| :-- | --: | --: | --: |',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
}

/**
 * Text of a stranger made harmless inside a line of Markdown: a backslash before every ASCII punctuation mark that can
 * begin a construct (CommonMark 0.31, section 2.4), entities for `&` and `<`, and no line breaks.
 */
function inline(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\\`*_{}[\]()#+!|~>=-]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .trim();
}

/** Length of the longest run of backticks: a fence has to be longer. */
function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}

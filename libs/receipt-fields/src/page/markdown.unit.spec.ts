import { expect, test } from 'vitest';
import { extractReceipt, toMarkdown } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';

const markdown = (picture: string) => {
  const pages = [testPage(picture)];
  return toMarkdown(pages, [extractReceipt(pages)]);
};

test('the merchant heads a list of fields, a table of items and the text', () => {
  expect(markdown('ACME RETAIL SDN BHD\nDATE 24/11/2026\nWIDGET  2  4.50  9.00\nTOTAL  RM 9.00')).toBe(
    `# ACME RETAIL SDN BHD

- **Date:** 2026\\-11\\-24
- **Currency:** MYR
- **Total:** 9.00
- **Country:** MY
- **Language:** en
- **Kind:** purchase

| Item | Quantity | Unit price | Amount |
| :-- | --: | --: | --: |
| WIDGET | 2 | 4.50 | 9.00 |

\`\`\`text
ACME RETAIL SDN BHD
DATE 24/11/2026
WIDGET 2 4.50 9.00
TOTAL RM 9.00
\`\`\``,
  );
});

test("a stranger's text builds no markup: no image, link, tag, table cell or end of the block", () => {
  const text = markdown('![x](http://evil.example) SDN BHD\n<b>A|B</b>  9.00\n```` end\nTOTAL  9.00');
  const [fields = ''] = text.split('`````text');
  expect(fields).toContain('# \\!\\[x\\]\\(http://evil.example\\) SDN BHD');
  expect(fields).toContain('| &lt;b\\>A\\|B&lt;/b\\> |');
  expect(text.endsWith('\n`````')).toBe(true);
});

test('each receipt has its fields, new ones among them, and the text comes once', () => {
  const pages = [testPage('TOTAL  9.00')];
  const receipt = { ...extractReceipt(pages), merchant: null, taxId: { value: 'DE 123' } };
  expect(toMarkdown(pages, [receipt, receipt])).toBe(
    `${'- **Total:** 9.00\n- **Tax ID:** DE 123\n- **Kind:** purchase\n\n'.repeat(2)}\`\`\`text\nTOTAL 9.00\n\`\`\``,
  );
});

test('an empty page is empty', () => {
  expect(markdown('')).toBe('');
});

import { readFileSync } from 'node:fs';
import { ocrResultSchema, RECEIPT_FIELDS, receiptSchema, resultWarningSchema } from '@inkstream/contracts';
import { EXECUTION_ERROR_CODES } from '@inkstream/domain';
import { describe, expect, it } from 'vitest';
import { codeIn, tablesIn } from './page.ts';

const ROOT = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/result.md', ROOT), 'utf8');
const truth = JSON.parse(readFileSync(new URL('samples/cafe-my-faded.json', ROOT), 'utf8'));
const [top, fields, errors] = tablesIn(page);

describe('the page of the result', () => {
  it('has each name of the result, and each field of a receipt as the schema describes it', () => {
    expect(top?.rows.map(([name]) => name)).toEqual(
      Object.keys(ocrResultSchema.shape).map((name) => `\`${name}\``),
    );
    expect(fields?.rows).toEqual(
      RECEIPT_FIELDS.map(({ name, description, always }) => [
        `\`${name}\``,
        description,
        always ? 'null' : 'left out',
      ]),
    );
  });

  it('names all else of a receipt, and the codes of warnings', () => {
    const named = [...Object.keys(receiptSchema.shape), ...resultWarningSchema.shape.code.options];
    expect(named.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('has each code of an execution that failed', () => {
    expect(errors?.rows.map(([code]) => code)).toEqual(EXECUTION_ERROR_CODES.map((code) => `\`${code}\``));
  });

  it('shows an example that is a result, and says what the sample says', () => {
    const example: unknown = JSON.parse(codeIn(page, 'json')[0] ?? '');
    const result = ocrResultSchema.parse(example);
    expect(result).toEqual(example);
    expect(result.receipts).toEqual([result.receipt]);
    for (const name of [
      'merchant',
      'date',
      'time',
      'currency',
      'subtotal',
      'tax',
      'total',
      'country',
    ] as const)
      expect(result.receipt?.[name]?.value, name).toBe(truth.fields[name]);
    expect(result.receipt?.items).toMatchObject(truth.fields.items);
  });
});

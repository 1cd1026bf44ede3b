import type {
  Block,
  ExpenseDetection,
  ExpenseDocument,
  ExpenseField,
  Geometry,
} from '@aws-sdk/client-textract';
import type { Box, OcrLine, RecognisedReceipt } from '@inkstream/contracts';
import { readAmount, readDate } from '@inkstream/receipt-fields';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The vendor's box, which is in fractions of the page, in its pixels. */
function boxOf(geometry: Geometry | undefined, { width, height }: Size): { box: Box } | undefined {
  const { Left, Top, Width, Height } = geometry?.BoundingBox ?? {};
  if (Left === undefined || Top === undefined || Width === undefined || Height === undefined)
    return undefined;
  const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));
  const [right, bottom] = [clamp((Left + Width) * width, width), clamp((Top + Height) * height, height)];
  return { box: [clamp(Left * width, width), clamp(Top * height, height), right, bottom] };
}

/** Of 100, as a probability. */
const confidenceOf = ({ Confidence }: { Confidence?: number | undefined }) =>
  Confidence === undefined ? undefined : { confidence: Math.min(1, Math.max(0, Confidence / 100)) };

/** The lines of a page, in the vendor's order. */
export const linesOf = (documents: readonly ExpenseDocument[], size: Size): OcrLine[] =>
  documents
    .flatMap(({ Blocks }) => Blocks ?? [])
    .filter(({ BlockType, Text }) => BlockType === 'LINE' && Text)
    .map((block: Block) => ({
      text: block.Text ?? '',
      ...confidenceOf(block),
      ...boxOf(block.Geometry, size),
    }));

/** The types of fields that we have a name for: https://docs.aws.amazon.com/textract/latest/dg/invoices-receipts.html. */
const TEXTS = {
  merchant: ['VENDOR_NAME', 'NAME'],
  address: ['VENDOR_ADDRESS', 'ADDRESS'],
  phone: ['VENDOR_PHONE'],
  taxId: ['TAX_PAYER_ID', 'VENDOR_VAT_NUMBER', 'VENDOR_GST_NUMBER', 'VENDOR_ABN_NUMBER'],
  receiptNumber: ['INVOICE_RECEIPT_ID'],
};
const AMOUNTS = {
  total: ['TOTAL', 'AMOUNT_DUE'],
  subtotal: ['SUBTOTAL'],
  paid: ['AMOUNT_PAID'],
  tip: ['GRATUITY'],
  serviceCharge: ['SERVICE_CHARGE'],
};

type Find = (types: readonly string[]) => ExpenseField[];

/** The fields of one receipt. What cannot be read as what it should be is left out, and follows from the lines. */
export function receiptOf(
  { SummaryFields = [], LineItemGroups = [] }: ExpenseDocument,
  size: Size,
): RecognisedReceipt {
  const currency = SummaryFields.find(({ Currency }) => Currency?.Code)?.Currency ?? {};
  const find: Find = (types) =>
    types.flatMap((type) =>
      SummaryFields.filter(({ Type, ValueDetection }) => Type?.Text === type && ValueDetection?.Text),
    );
  const beside = SummaryFields.flatMap(({ ValueDetection }) => ValueDetection?.Text ?? []);
  const hints = { currency: currency.Code ?? null, beside };
  const field = (value: string | null, from: ExpenseDetection) =>
    value === null ? [] : [{ value, ...confidenceOf(from), ...boxOf(from.Geometry, size) }];
  const read = (types: readonly string[], parse: (text: string) => string | null) =>
    find(types).flatMap(({ ValueDetection = {} }) =>
      field(parse(ValueDetection.Text ?? ''), ValueDetection),
    )[0];
  const amount = (text: string) => readAmount(text, hints);
  const taxes = find(['TAX']);

  const fields = {
    ...Object.fromEntries(Object.entries(TEXTS).map(([name, types]) => [name, read(types, oneLine)])),
    ...Object.fromEntries(Object.entries(AMOUNTS).map(([name, types]) => [name, read(types, amount)])),
    // Of several taxes the sum is not stated.
    ...(taxes.length === 1 && { tax: read(['TAX'], amount) }),
    date: read(['INVOICE_RECEIPT_DATE', 'ORDER_DATE'], readDate),
    currency: field(/^[A-Z]{3}$/.exec(currency.Code ?? '')?.[0] ?? null, currency)[0],
  };
  const items = LineItemGroups.flatMap(({ LineItems = [] }) => LineItems).flatMap(
    ({ LineItemExpenseFields = [] }) => {
      const said = (type: string) =>
        LineItemExpenseFields.find(({ Type }) => Type?.Text === type)?.ValueDetection;
      const money = (type: string) => amount(said(type)?.Text ?? '');
      const item = said('ITEM');
      const price = said('PRICE');
      const [from, cost] = [item?.Text ? item : price, money('PRICE')];
      const quantity = /^\d+(?:\.\d+)?/.exec(said('QUANTITY')?.Text ?? '')?.[0] ?? null;
      // A row whose name it did not find is a row all the same.
      if (!from || (!item?.Text && cost === null)) return [];
      return [
        {
          description: oneLine(item?.Text ?? ''),
          quantity,
          unitPrice: money('UNIT_PRICE'),
          amount: cost,
          ...confidenceOf(from),
          ...boxOf(from.Geometry, size),
        },
      ];
    },
  );
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(known), items };
}

const oneLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .join(', ');

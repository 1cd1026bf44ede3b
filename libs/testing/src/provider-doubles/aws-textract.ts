import { randomUUID } from 'node:crypto';
import type { Box } from '@inkstream/contracts';
import { readAmount, readDate } from '@inkstream/receipt-fields';
import { z } from 'zod';
import type { Answer } from './faults.ts';
import type { PictureContent, PictureText } from './picture-content.ts';
import type { Desk, Vendor, VendorRequest } from './vendor.ts';

/** Hard limits of https://docs.aws.amazon.com/textract/latest/dg/limits-document.html. */
const MAX_BYTES = 10_485_760;
const MAX_SIDE = 10_000;

const requestBody = z.object({ Document: z.object({ Bytes: z.base64() }) });

/** An exception in the protocol AWS JSON 1.1: its name counts, not its status. */
export const textractException = (name: string, status = 400, message = name): Answer => ({
  status,
  headers: {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-errortype': name,
    'x-amzn-requestid': randomUUID(),
  },
  body: { __type: name, Message: message },
});

/** Boxes are fractions of the page. */
function geometryOf([left, top, right, bottom]: Box, { width, height }: PictureContent): object {
  const [Left, Top, Width, Height] = [
    left / width,
    top / height,
    (right - left) / width,
    (bottom - top) / height,
  ];
  const corners = [
    [Left, Top],
    [Left + Width, Top],
    [Left + Width, Top + Height],
    [Left, Top + Height],
  ];
  return { BoundingBox: { Left, Top, Width, Height }, Polygon: corners.map(([X, Y]) => ({ X, Y })) };
}

/** What the vendor says of a receipt: each value as it is printed, where it is printed. */
function expenseOf(content: PictureContent): object {
  const { fields, lines } = content;
  const detection = ({ text, confidence, box }: PictureText) => ({
    Text: text,
    Confidence: confidence * 100,
    Geometry: geometryOf(box, content),
  });
  const field = (type: string, line: PictureText | undefined, currency = false) =>
    line
      ? [
          {
            Type: { Text: type, Confidence: line.confidence * 100 },
            ValueDetection: detection(line),
            PageNumber: 1,
            ...(currency && fields.currency && { Currency: { Code: fields.currency, Confidence: 99 } }),
          },
        ]
      : [];
  const holding = (text: string | null | undefined) => lines.find((line) => text && line.text.includes(text));
  // A name that stands in several lines is found by the longest of them.
  const naming = (name: string) =>
    holding(name) ??
    lines.filter(({ text }) => name.includes(text)).sort((a, b) => b.text.length - a.text.length)[0];
  // The last one: what is above are prices of items.
  const amount = (value: string | null | undefined) =>
    lines.findLast(({ text }) => value && readAmount(text, { currency: fields.currency ?? null }) === value);
  const dated = lines.find(({ text }) => fields.date && readDate(text) === fields.date);
  return {
    ExpenseIndex: 1,
    SummaryFields: [
      ...field('VENDOR_NAME', holding(fields.merchant)),
      ...field('INVOICE_RECEIPT_DATE', dated),
      ...field('SUBTOTAL', amount(fields.subtotal), true),
      ...field('TAX', amount(fields.tax), true),
      ...field('TOTAL', amount(fields.total), true),
    ],
    LineItemGroups: [
      {
        LineItemGroupIndex: 1,
        LineItems: fields.items.map((item) => ({
          LineItemExpenseFields: [
            ...field('ITEM', naming(item.description)),
            ...field('PRICE', amount(item.amount), true),
          ],
        })),
      },
    ],
    Blocks: [
      {
        BlockType: 'PAGE',
        Id: randomUUID(),
        Geometry: geometryOf([0, 0, content.width, content.height], content),
      },
      ...lines.map((line) => ({ BlockType: 'LINE', Id: randomUUID(), ...detection(line) })),
      ...lines.flatMap((line) =>
        line.text.split(' ').map((Text) => ({ BlockType: 'WORD', Id: randomUUID(), Text })),
      ),
    ],
  };
}

async function analyze(desk: Desk, { headers, body }: VendorRequest): Promise<Answer> {
  if (headers['x-amz-target'] !== 'Textract.AnalyzeExpense')
    return textractException('UnknownOperationException');
  const request = requestBody.safeParse(JSON.parse(body.toString()));
  if (!request.success) return textractException('InvalidParameterException');
  const document = Buffer.from(request.data.Document.Bytes, 'base64');
  if (document.length > MAX_BYTES) return textractException('DocumentTooLargeException');
  const content = await desk.buy(document).catch(() => null);
  if (!content)
    return textractException('UnsupportedDocumentException', 400, 'Request has unsupported document format');
  if (Math.max(content.width, content.height) > MAX_SIDE) return textractException('BadDocumentException');
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() },
    body: { DocumentMetadata: { Pages: 1 }, ExpenseDocuments: [expenseOf(content)] },
  };
}

/** Whether a request is for a document that can be none: it is refused, and no page is counted. */
function isEmpty({ body }: VendorRequest): boolean {
  const request = requestBody.safeParse(JSON.parse(body.toString()));
  return Buffer.from(request.data?.Document.Bytes ?? '', 'base64').length <= 1;
}

/** AWS Textract's AnalyzeExpense. The id of the access key is looked at, not the signature. */
export const awsTextract: Vendor = {
  keyOf: ({ headers }) => /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1],
  refuse: {
    key: () =>
      textractException(
        'UnrecognizedClientException',
        400,
        'The security token included in the request is invalid.',
      ),
    rate: () => textractException('ProvisionedThroughputExceededException', 400, 'Provisioned rate exceeded'),
    credit: () => textractException('LimitExceededException'),
    path: () => textractException('UnknownOperationException', 404),
  },
  routes: (desk) => [
    {
      method: 'POST',
      path: /^\/$/,
      kind: 'probe',
      matches: isEmpty,
      handle: (request) => analyze(desk, request),
    },
    { method: 'POST', path: /^\/$/, kind: 'purchase', handle: (request) => analyze(desk, request) },
  ],
};

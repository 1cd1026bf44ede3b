import { randomBytes } from 'node:crypto';
import type { Answer } from './faults.ts';
import { hashOf, type PictureContent } from './picture-content.ts';
import type { Desk, Vendor, VendorRequest } from './vendor.ts';

/** Smaller pictures are read too, with a warning. */
const [WIDTH, HEIGHT] = [720, 1280];

/** What a code says, and the status that goes with it, as https://docs.tabscanner.com lists them. */
const SAYS: Readonly<Record<number, string>> = {
  200: 'SUCCESS: Image uploaded successfully',
  202: 'SUCCESS: Result available',
  300: `WARNING: Image uploaded successfully, but did not meet the recommended dimension of ${WIDTH}x${HEIGHT} (WxH). Please follow the requirement to get the most accurate result`,
  301: 'SUCCESS: Result pending',
  400: 'ERROR_CLIENT: API key not found',
  401: 'ERROR_CLIENT: Not enough credit',
  402: 'ERROR_CLIENT: Token not found',
  403: 'ERROR_CLIENT: No file detected',
  404: 'ERROR_CLIENT: Multiple files detected, can only upload 1 file per API call',
  405: 'ERROR_CLIENT: Unsupported mimetype',
  406: 'ERROR_CLIENT: Form parser error',
  407: 'ERROR_CLIENT: Unsupported file extension',
  408: 'ERROR_SERVER: File system error',
  500: 'ERROR_SERVER: OCR Failure',
  510: 'ERROR_SERVER: Server error',
  520: 'ERROR_SERVER: Database Connection Error',
  521: 'ERROR_SERVER: Database Query Error',
};
const STATUS_CODES = { pending: 1, success: 2, done: 3, failed: 4 } as const;

/** A failure of that code. Its HTTP status is 200, but for a key that is not found. */
export const tabScannerFailure = (code: number): Answer => ({
  status: code === 400 ? 400 : 200,
  body: { message: SAYS[code], status: 'failed', status_code: STATUS_CODES.failed, success: false, code },
});

const success = (code: number, status: 'pending' | 'success' | 'done', rest: object): Answer => ({
  status: 200,
  body: { message: SAYS[code], status, status_code: STATUS_CODES[status], ...rest, success: true, code },
});

/** What it does not know is 0 or empty. */
function resultOf({ fields, lines }: PictureContent): object {
  const sure = lines.reduce((sum, { confidence }) => sum + confidence, 0) / Math.max(1, lines.length);
  const number = (value: string | null | undefined) => Number(value ?? 0);
  const confidences = ['total', 'subTotal', 'date', 'establishment', 'tip', 'cash', 'change', 'rounding'].map(
    (name) => [`${name}Confidence`, sure],
  );
  const day = fields.date ?? '';
  return {
    establishment: fields.merchant ?? '',
    validatedEstablishment: false,
    date: day && `${day} ${fields.time ?? '00:00:00'}`,
    dateISO: day && `${day}T${(fields.time ?? '00:00').slice(0, 5)}:00`,
    total: number(fields.total),
    url: '',
    phoneNumber: fields.phone ?? '',
    paymentMethod: fields.paymentMethod ?? '',
    address: fields.address ?? '',
    cash: number(fields.paid),
    change: number(fields.change),
    validatedTotal: false,
    subTotal: number(fields.subtotal),
    validatedSubTotal: false,
    tax: number(fields.tax),
    tip: number(fields.tip),
    taxes: fields.tax ? [number(fields.tax)] : [],
    serviceCharges: [],
    discount: 0,
    rounding: number(fields.rounding),
    discounts: [],
    lineItems: fields.items.map(({ description, quantity, unitPrice, amount }) => ({
      qty: number(quantity),
      desc: description,
      unit: '',
      price: number(unitPrice),
      symbols: [],
      discount: 0,
      lineType: '',
      descClean: description,
      lineTotal: number(amount),
      productCode: '',
      customFields: {},
    })),
    summaryItems: [],
    ...Object.fromEntries(confidences),
    documentType: 'receipt',
    currency: fields.currency ?? '',
  };
}

/** The one file of a form, or the code that says what is wrong with it. */
async function fileOf({ body, headers }: VendorRequest): Promise<File | number> {
  const type = headers['content-type'] ?? '';
  const form = await new Response(body, { headers: { 'content-type': type } }).formData().catch(() => null);
  if (!form) return 406;
  const files = [...form.values()].filter((value) => typeof value !== 'string');
  const [file] = files;
  if (!file) return 403;
  if (files.length > 1) return 404;
  if (!['image/jpeg', 'image/png'].includes(file.type)) return 405;
  return /\.(jpe?g|png)$/i.test(file.name) ? file : 407;
}

function routes(desk: Desk): ReturnType<Vendor['routes']> {
  /** What was read, or null if it could not be, and how often it was asked for. */
  const orders = new Map<string, { content: PictureContent | null; asked: number }>();
  const tokens = new Map<string, string>();

  async function accept(request: VendorRequest): Promise<Answer> {
    const file = await fileOf(request);
    if (typeof file === 'number') return tabScannerFailure(file);
    const picture = await file.bytes();
    const token = randomBytes(8).toString('hex');
    const content = await desk.buy(picture).catch(() => null);
    orders.set(token, { content, asked: 0 });
    const duplicateToken = tokens.get(hashOf(picture));
    tokens.set(hashOf(picture), token);
    const small = content !== null && (content.width < WIDTH || content.height < HEIGHT);
    const rest = { token, ...(duplicateToken && { duplicate: true, duplicateToken }) };
    return success(small ? 300 : 200, 'success', rest);
  }

  function ask({ path }: VendorRequest): Answer {
    const order = orders.get(path.split('/').at(-1) ?? '');
    if (!order) return tabScannerFailure(402);
    if (order.asked++ === 0) return success(301, 'pending', {});
    return order.content ? success(202, 'done', { result: resultOf(order.content) }) : tabScannerFailure(500);
  }

  return [
    { method: 'POST', path: /^\/api\/2\/process$/, kind: 'purchase', handle: accept },
    { method: 'GET', path: /^\/api\/result\/[^/]+$/, kind: 'poll', handle: ask },
    { method: 'GET', path: /^\/api\/credit$/, kind: 'probe', handle: () => ({ status: 200, body: '100' }) },
  ];
}

/** Tabscanner, whose failures are answers of 200, and which asks for patience: the first question comes too early. */
export const tabScanner: Vendor = {
  keyOf: ({ headers }) => [headers.apikey].flat()[0],
  refuse: {
    key: () => tabScannerFailure(400),
    rate: () => ({ status: 429, body: 'Too many requests' }),
    credit: () => tabScannerFailure(401),
    path: () => ({ status: 404, body: 'Not found' }),
  },
  routes,
};

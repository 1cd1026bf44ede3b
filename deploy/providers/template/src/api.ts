import type { RecognisedReceipt } from '@inkstream/contracts';
import {
  costOf,
  createVendorErrors,
  type PageEngineOptions,
  type PageReading,
  type Prices,
  ProviderError,
  type Secret,
  type VendorSays,
  vendorFetch,
} from '@inkstream/provider-kit';
import { z } from 'zod';

interface ApiOptions {
  readonly key: Secret | undefined;
  readonly baseUrl: string;
  readonly model: string;
  readonly prices: Prices;
}

/** What it answers of a page. It has no places of lines: what a vendor does not say is left out, never invented. */
const readingSchema = z.object({
  model: z.string(),
  lines: z.array(z.string()),
  receipt: z.object({
    shop: z.string().optional(),
    date: z.string().optional(),
    currency: z.string().optional(),
    total: z.string().optional(),
  }),
});
type VendorReading = z.output<typeof readingSchema>;

const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** Its codes that say more than the HTTP status does. */
const CODES: Readonly<Record<string, VendorSays['code']>> = {
  unreadable: 'corrupt_document',
  refused: 'content_refused',
};

/** Its names for fields, and ours. */
const FIELDS = { shop: 'merchant', date: 'date', currency: 'currency', total: 'total' } as const;

function receiptOf({ receipt }: VendorReading): RecognisedReceipt {
  const named = Object.entries(FIELDS).flatMap(([theirs, ours]) => {
    const value = receipt[theirs as keyof typeof FIELDS];
    return value === undefined ? [] : [[ours, { value }]];
  });
  return Object.fromEntries(named);
}

function parseReading(body: string): VendorReading {
  try {
    return readingSchema.parse(JSON.parse(body));
  } catch {
    throw new ProviderError('invalid_result', 'Acme answered in a form that nobody knows');
  }
}

/** The vendor's API, as an engine of pages calls it. */
export function createApi({ key, baseUrl, model, prices }: ApiOptions) {
  const errors = createVendorErrors({
    vendor: 'Acme',
    body: errorSchema,
    handle: ({ body: { error } }) => ({ said: error.message, code: CODES[error.code] }),
    model,
    key,
  });

  /** @throws ProviderError, or the signal's reason. */
  const ask = (path: string, signal: AbortSignal, init: RequestInit = {}): Promise<string> =>
    errors.call(signal, async () => {
      const headers = new Headers(init.headers);
      if (key) headers.set('authorization', `Bearer ${key.reveal()}`);
      const answer = await vendorFetch(`${baseUrl}${path}`, { ...init, headers, signal });
      const body = await answer.text();
      if (!answer.ok) throw errors.of({ status: answer.status, headers: answer.headers, body });
      return body;
    });

  return {
    async readPage({ bytes, mimeType }, { signal }): Promise<PageReading> {
      const body = await ask(`/v1/read?model=${encodeURIComponent(model)}`, signal, {
        method: 'POST',
        headers: { 'content-type': mimeType },
        body: Buffer.from(bytes),
      });
      const reading = parseReading(body);
      const usage = { pages: 1 };
      const cost = costOf(prices, reading.model, usage);
      return {
        lines: reading.lines.map((text) => ({ text })),
        receipts: [receiptOf(reading)],
        raw: reading,
        model: reading.model,
        usage,
        ...(cost && { cost }),
      };
    },
    /** Whether the key is taken: costs nothing. */
    async probe(signal) {
      await ask('/v1/models', signal);
    },
  } satisfies Pick<PageEngineOptions, 'readPage' | 'probe'>;
}
